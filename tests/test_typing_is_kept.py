"""Every form in which somebody types more than a line keeps it on the server while they do."""

from __future__ import annotations

import re
from pathlib import Path

import opencasework.office

OFFICE = Path(opencasework.office.__file__).parent
FORM = re.compile(r"<form\b[^>]*method=\"post\"[^>]*>.*?</form>", re.DOTALL)
KEEPS = ("{% keeps_typing", "data-autosave", "data-draft")
# Forms of a date or a line, of a choice, of settings, of a reason given in an emergency, of what is pasted to
# be read at once, and the page that puts two texts side by side, which are both kept already.
WITHOUT = {
    "account/login.html", "audit/record.html", "authority/demand.html", "authority/returned.html",
    "bodies/bring_in.html", "campaigns/_on_the_site.html", "campaigns/detail.html",
    "cases/merging.html", "cases/numbers.html", "cases/opening.html", "cases/since_merged.html",
    "cases/words.html", "chasing/enquiry.html", "chasing/ladder.html", "inbox/mailbox_form.html",
    "inbox/mailbox_state.html", "inbox/rules.html", "inbox/selection.html", "inbox/snooze.html",
    "inbox/webform/settings.html", "inbox/why.html", "kit/compare.html", "letters/_beginning.html",
    "letters/letter.html", "letters/my_signature.html", "staff/account.html", "staff/colleague.html",
    "today/snooze.html",
}  # fmt: skip


def test_every_form_to_write_in_keeps_what_is_typed_or_is_named_here():
    found = set()
    for path in OFFICE.glob("*/templates/**/*.html"):
        forms = FORM.findall(path.read_text("utf-8"))
        written_in = [form for form in forms if "<textarea" in form or "<c-field" in form]
        if any(not any(mark in form for mark in KEEPS) for form in written_in):
            found.add(path.relative_to(OFFICE).as_posix().partition("/templates/")[2])

    assert found == WITHOUT
