"""The words of a letter in a form: rich text from the editor, or plain text where there are no scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.safestring import SafeString

from opencasework.office.cases.models import Draft
from opencasework.office.kit.versions import Difference, Versioned
from opencasework.office.letters import rich, suggesting
from opencasework.office.letters.models import Letter, LetterReview
from opencasework.office.staff.models import StaffMember

LONGEST_LETTER = 50_000  # characters; some twenty-five pages


class RichWords(Versioned):
    """The two fields of a letter's words. After `is_valid()`, `text` is the plain words of `html`, if any.

    The editor sends `html` alone; without scripts `text` comes beside the `html` the page was made with, and
    where they differ somebody has written in the plain text. `suggest` makes suggestions of their changes.
    """

    instance: Letter
    by: StaffMember | None = None

    def begins_with(self) -> SafeString:
        """What the editor begins with where nothing rich stands yet: the plain words."""
        return SafeString(rich.from_text(str(self["text"].value() or "")))

    def _rich_text(self, cleaned: dict[str, Any]) -> None:
        """Settle what the words are. Adds an error where there are none or too many."""
        standing = Letter.objects.filter(pk=self.instance.pk).values_list("html", flat=True).first() or ""
        sent, plain = cleaned.get("html", ""), cleaned.get("text", "").replace("\r\n", "\n")
        try:
            html = rich.clean(sent) if sent else ""
            if html and plain and rich.tidy(plain) != rich.tidy(rich.to_text(html)):
                html = self._over(html, plain)
            elif not html and plain and cleaned.get("suggest") and self.instance.pk:
                # A letter of plain text, and a colleague without scripts who suggests.
                html = self._over(rich.from_text(self._plain_before()), plain)
            if html:
                html = suggesting.attributed(
                    html, was=standing, by=str(self.by.pk) if self.by else "", at=_now()
                )
                plain = rich.to_text(html)
        except rich.TooLong as problem:
            self.add_error("text", str(problem))
            return
        if not plain.strip():
            self.add_error("text", "Write the letter.")
        elif len(plain) > LONGEST_LETTER:
            self.add_error("text", f"A letter has at most {LONGEST_LETTER:,} characters. Shorten it.")
        cleaned["html"], cleaned["text"] = html, plain

    def _over(self, html: str, plain: str) -> str:
        if self.cleaned_data.get("suggest"):
            return suggesting.suggested(html, plain, by=str(self.by.pk) if self.by else "", at=_now())
        return suggesting.with_text(html, plain)

    def _plain_before(self) -> str:
        found = Letter.objects.filter(pk=self.instance.pk).values_list("text", flat=True).first()
        return found or ""

    def _settle(self, was: Mapping[str, str]) -> None:
        """As for every field; but the form of the words is compared only where the words are the same."""
        # Whether one suggests is said anew each time.
        super()._settle({name: value for name, value in was.items() if name != "suggest"})
        names = {clash.name for clash in self.clashes}
        if "html" in names and "text" not in names:
            self.clashes = [self._of_the_form(c) if c.name == "html" else c for c in self.clashes]
        elif "html" in names:
            self.clashes = [_unseen(c) if c.name == "html" else c for c in self.clashes]
        html, text = self.cleaned_data.get("html", ""), self.cleaned_data.get("text", "")
        if html and rich.tidy(text) != rich.tidy(rich.to_text(html)):
            # The words are theirs, the form of what they left alone is this one's.
            self.cleaned_data["html"] = suggesting.with_text(html, text)

    def _of_the_form(self, clash: Difference) -> Difference:
        """Where only the form or suggestions differ: the two with their suggestions spelled out."""
        return Difference(
            clash.name, "The letter’s form and suggestions", spelled_out(clash.theirs_value),
            spelled_out(clash.mine_value), clash.theirs_value, clash.mine_value, None, has_lines=False,
        )  # fmt: skip


def _unseen(clash: Difference) -> Difference:
    return Difference(
        clash.name, "", "", "", clash.theirs_value, clash.mine_value, None, has_lines=False, is_shown=False
    )


def spelled_out(html: str) -> str:
    """Rich text as plain words with its suggestions in brackets, for comparing two."""
    blocks = [
        rich.Block(
            block.path,
            tuple(
                replace(run, mark=None, text=f"[{'+' if run.mark.kind == 'ins' else '−'}{run.text}]")
                if run.mark else replace(run, text=f"*{run.text}*") if run.strong
                else run
                for run in block.runs
            ),
        )
        for block in rich.read(html)
    ]  # fmt: skip
    return rich.plain(blocks)


def _now() -> str:
    return timezone.now().isoformat(timespec="seconds")


def suggests(letter: Letter, staff: StaffMember | None) -> bool:
    """Whether this one begins by suggesting: they were asked to read what somebody else wrote."""
    if staff is None or letter.pk is None or letter.drafted_by_id == staff.pk:
        return False
    return LetterReview.objects.filter(letter=letter, waits_for=staff).exists()


def html_field() -> forms.CharField:
    """What the editor fills; nobody sees it."""
    widget = forms.Textarea(attrs={"hidden": True, "data-rich": True, "aria-hidden": "true"})
    return forms.CharField(required=False, widget=widget, max_length=rich.LONGEST, strip=False)


def begun_values(begun: Draft | None) -> dict[str, str] | None:
    """What somebody has begun to write, for a form: what the editor kept has its plain words beside it."""
    if begun is None:
        return None
    values = dict(begun.values)
    if values.get("html"):
        try:
            values["html"] = rich.clean(values["html"])
        except rich.TooLong:
            return {name: value for name, value in values.items() if name != "html"}
        values["text"] = rich.to_text(values["html"])
    return values
