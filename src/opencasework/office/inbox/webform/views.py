"""The pages at /write/: anybody may read and send them, nobody learns from them who else has written."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from opencasework.office.inbox.webform import allowance, steps
from opencasework.office.inbox.webform.answers import LONGEST_TEXT, to_carry
from opencasework.office.inbox.webform.files import (
    ALL_MEGABYTES,
    LARGEST_FILE,
    LARGEST_MEGABYTES,
    MOST_FILES,
    add_content,
    add_files,
    remove_file,
)
from opencasework.office.inbox.webform.forms import authority_words
from opencasework.office.inbox.webform.models import Gone, WebDraft, WebForm, WebSubmission
from opencasework.office.inbox.webform.sending import ChangedMeanwhile, send, sent_under
from opencasework.office.inbox.webform.telling import reference_lines
from opencasework.office.inbox.webform.visit import WELSH, Visit, cookie_path, key_cookie, typed, visit
from opencasework.office.places.models import Office

QUICKEST_SECONDS = 4  # from the first answer to sending; a person takes minutes, a program no time


# Exempt from Django's token, which dies with its cookie: see `visit.comes_from_elsewhere`.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, name: str = "postcode") -> HttpResponse:
    """One page of the form: shown, or sent with its answers."""
    office = Office.if_any()
    if office is None or name not in steps.BY_NAME:
        raise Http404("There is no such page.")
    here = visit(request)
    with translation.override(here.language):
        page = Page(here, office, WebForm.here(), steps.BY_NAME[name])
        response = page.posted() if request.method == "POST" else page.asked_for()
        response["Content-Language"] = "cy" if here.language == WELSH else "en-GB"
        if name != "postcode" or request.method == "POST":
            response["X-Robots-Tag"] = "noindex, nofollow"
        return response


class Page:
    """One page of the form for one visit."""

    def __init__(self, here: Visit, office: Office, settings: WebForm, step: steps.Step) -> None:
        self.here = here
        self.office = office
        self.settings = settings
        self.step = step
        self.notices: list[str] = []

    # --- asked for ----------------------------------------------------------------------------------

    def asked_for(self) -> HttpResponse:
        """Show the page, with what was answered on it before."""
        sent = sent_under(self.here.key)
        if sent:
            return self.receipt(sent)
        if not self.settings.is_on and self.here.draft is None:
            return self.closed()
        if self.step.name == "check":
            wrong = steps.first_wrong(self.here.answers, self.office)
            if wrong:
                return HttpResponseRedirect(_url(wrong))
        return self.show()

    # --- sent ---------------------------------------------------------------------------------------

    def posted(self) -> HttpResponse:
        """Keep what was typed, then do what the button says."""
        here, posted = self.here, self.here.posted
        if "clear" in posted and not here.is_foreign:
            return self.cleared()
        sent = sent_under(here.key)
        if sent and (self.step.name == "check" or here.is_too_large) and "another" not in posted:
            return self.receipt(sent)
        if sent:
            here.new_key()
            if "another" in posted:
                return here.remember(redirect("write"))
            self.notices.append(
                _("Your earlier message was sent; its receipt is %(receipt)s. This is a new message.")
                % {"receipt": sent.receipt}
            )
        if not self.settings.is_on and here.draft is None and not sent:
            return self.closed()
        if here.is_foreign:
            self.notices.append(
                _(
                    "This page came from another website, so nothing was sent. Look through it and "
                    "press the button again."
                )
            )
            return self.show(typed(self.step, posted), status=403)
        if here.draft is None and not self.begin():
            return self.full(typed(self.step, posted))
        try:
            return self.kept()
        except Gone:
            return self.gone()

    def begin(self) -> bool:
        """Make the draft, of what the page brought along; False when this hour has no room for another."""
        if not allowance.take(self.here.request, allowance.BEGUN):
            return False
        self.here.begin()
        return True

    def kept(self) -> HttpResponse:
        """The answers are in the draft; say what is wrong with them, or go on."""
        here = self.here
        assert here.draft is not None
        if here.is_too_large:
            return self.show(problems=[self.too_large()], status=413)
        given = typed(self.step, here.posted)
        problems = self.too_long(given)
        if self.step.name == "consent":
            given["shown"] = authority_words(self.office)
        if self.step.name != "check":
            here.keep(self.step.name, given)
        if self.step.name == "files":
            problems += self.chosen_files()
        if here.posted.get("switch"):
            here.language = here.other_language
            with translation.override(here.language):
                return self.went_to(self.step)
        wanted = steps.BY_NAME.get(here.posted.get("go", ""))
        if wanted:
            return self.went_to(wanted)
        if problems:
            return self.show(given, problems=problems, status=422)
        if self.step.name == "files" and ("add" in here.posted or "remove" in here.posted):
            return self.went_to(self.step)
        if self.step.name == "check":
            return self.sent()
        given = given | steps.from_before(self.step, here.answers)
        form = self.step.form(given, office=self.office)
        if not form.is_valid():
            return self.show(given, is_bound=True, status=422)
        return self.went_to(steps.after(self.step, here.answers, self.office))

    def went_to(self, step: steps.Step) -> HttpResponse:
        """The next page: at its own address where the browser keeps our cookie, else as the answer."""
        if self.here.has_cookie and not self.notices:
            return self.here.remember(HttpResponseRedirect(_url(step), status=303))
        self.step = step
        return self.show()

    def sent(self) -> HttpResponse:
        """Send it, if a person seems to have written it and the hour has room."""
        here = self.here
        assert here.draft is not None
        if steps.first_wrong(here.answers, self.office):
            return self.first_wrong()
        too_quick = (timezone.now() - here.draft.begun_at).total_seconds() < QUICKEST_SECONDS
        if here.posted.get("website") or too_quick:
            problem = _(
                "This was filled in as quickly as a program does it. If you are a person, press Send again."
            )
            return self.show(problems=[problem], status=422)
        if not allowance.take(here.request, allowance.SENT):
            return self.full({})
        while not steps.first_wrong(here.answers, self.office):
            try:
                return self.receipt(send(here.draft, office=self.office, language=here.language))
            except ChangedMeanwhile:
                with suppress(WebDraft.DoesNotExist):  # then `send` says what became of it
                    here.draft.refresh_from_db()
        return self.first_wrong()

    def first_wrong(self) -> HttpResponse:
        """The first page with an answer that is wrong or missing, which says so."""
        answers = self.here.answers
        self.step = steps.first_wrong(answers, self.office) or self.step
        return self.show(steps.given(answers, self.step), is_bound=True, status=422)

    def gone(self) -> HttpResponse:
        """The draft was sent or cleared in another window while this page was on its way."""
        here = self.here
        if sent_under(here.key):
            return self.posted()  # which says so, and begins another message with what is on the page
        here.new_key()
        here.posted = QueryDict()  # nor does it bring back what was cleared
        self.step = steps.BY_NAME["postcode"]
        problem = _(
            "What you had written was cleared meanwhile, in another window or because three days were over, "
            "so nothing was sent. You can write it again from here."
        )
        return self.show(problems=[problem], status=409)

    def cleared(self) -> HttpResponse:
        """Delete what was written and not sent."""
        if self.here.draft:
            self.here.draft.delete()
        self.here.new_key()
        response = render(self.here.request, "inbox/webform/cleared.html", self.frame())
        response.delete_cookie(key_cookie(), path=cookie_path())
        return response

    # --- files and long texts -----------------------------------------------------------------------

    def chosen_files(self) -> list[str]:
        """Keep the files that were chosen; a sentence for each that was not."""
        here = self.here
        assert here.draft is not None
        number = here.posted.get("remove", "")
        if number.isascii() and number.isdigit():
            remove_file(here.draft, int(number[:18]))
        sizes = [file.size or 0 for file in here.files]
        # One that is larger than any we keep takes nobody's room.
        if not allowance.take_files(here.request, sum(size for size in sizes if size <= LARGEST_FILE)):
            return [self.sentence_when_full()]
        return add_files(here.draft, here.files).problems

    def too_long(self, given: dict[str, Any]) -> list[str]:
        """A text beyond what a field takes is kept whole, as a file; its beginning stays in the field."""
        problems = []
        assert self.here.draft is not None
        for field, text in given.items():
            if len(text) <= LONGEST_TEXT:
                continue
            content = text.encode()
            if len(content) > LARGEST_FILE or self.here.draft.files.count() >= MOST_FILES:
                problems.append(self.too_large())
            elif not allowance.take_files(self.here.request, len(content)):
                problems.append(self.sentence_when_full())
            else:
                add_content(self.here.draft, f"{self.step.name}.txt", content, "text/plain")
                problems.append(
                    _(
                        "Your text is longer than this field takes (%(characters)s characters). All "
                        "of it is kept "
                        "as a file with your message. What you see is its beginning: leave it, or "
                        "write in short, "
                        "and go on."
                    )
                    % {"characters": f"{LONGEST_TEXT:,}"}
                )
            given[field] = text[:LONGEST_TEXT]
        return problems

    def too_large(self) -> str:
        return _(
            "That was more than we can take at once, so nothing of it was kept; your earlier answers are. "
            "Send at most %(files)s files of %(megabytes)s MB each, or bring or post them."
        ) % {"files": MOST_FILES, "megabytes": LARGEST_MEGABYTES}

    # --- what is shown ------------------------------------------------------------------------------

    def frame(self) -> dict[str, Any]:
        """What every page shows: whose office, in which language, and the other ways to reach it."""
        is_welsh = self.here.language == WELSH
        intro = self.settings.intro_cy if is_welsh and self.settings.intro_cy else self.settings.intro
        return {
            "office": self.office,
            "settings": self.settings,
            "intro": intro,
            "intro_is_english": is_welsh and not self.settings.intro_cy,
            "is_welsh": is_welsh,
            "language": self.here.language,
            "key": self.here.key,
            "step": self.step,
            "action": _url(self.step),
            "notices": self.notices,
        }

    def show(
        self,
        given: dict[str, Any] | None = None,
        *,
        is_bound: bool = False,
        problems: list[str] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """The page with `given`, or with what the draft holds; bound, it says what is wrong."""
        here, step = self.here, self.step
        answers = here.answers
        values = steps.given(answers, step) if given is None else given
        form = step.form(values if is_bound else None, initial=values, office=self.office)
        pages = steps.asked(answers, self.office)
        context = self.frame() | {
            "form": form,
            "problems": problems or [],
            "has_errors": bool(problems or (is_bound and form.errors)),
            "number": pages.index(step) + 1 if step in pages else 1,
            "total": len(pages),
            "back": pages[pages.index(step) - 1].name if step in pages and pages.index(step) else "",
            "carried": to_carry(answers, but=step.name),
            "has_draft": here.draft is not None,
            "files": list(here.draft.files.defer("content")) if here.draft else [],
            "postcode": answers.get("postcode", {}).get("postcode", "").upper()[:10],
            "limits": {
                "files": MOST_FILES,
                "each": LARGEST_MEGABYTES,
                "all": ALL_MEGABYTES,
                "bytes": LARGEST_FILE,
            },
        }
        if step.name == "check":
            context["summary"] = self.summary()
        return here.remember(render(here.request, step.template, context, status=status))

    def summary(self) -> list[dict[str, Any]]:
        """Every answer, page by page, with where to change it."""
        found = []
        for step in steps.asked(self.here.answers, self.office):
            if step.name in {"check", "files"}:
                continue
            form = step.form(steps.given(self.here.answers, step), office=self.office)
            form.is_valid()
            rows = []
            for field in form:
                value = form.cleaned_data.get(field.name, "")
                choices = dict(getattr(field.field, "choices", []))
                if field.name == "authority":
                    value = _("Yes, ticked") if value else _("Not ticked: ask me first")
                rows.append({"label": field.label, "value": choices.get(value, value)})
                if field.name == "numbers":
                    rows[-1]["lines"] = reference_lines(value)
            found.append({"step": step, "rows": rows})
        return found

    def receipt(self, sent: WebSubmission) -> HttpResponse:
        """The receipt number, for whoever has the key it was sent under."""
        # It says nothing of the answers: whoever takes the telephone next can open it for three days.
        context = self.frame() | {"sent": sent}
        return self.here.remember(render(self.here.request, "inbox/webform/sent.html", context))

    def closed(self) -> HttpResponse:
        return render(self.here.request, "inbox/webform/closed.html", self.frame())

    def sentence_when_full(self) -> str:
        return _(
            "A great many messages have come in this hour, so we cannot take another until %(time)s. "
            "Nothing you wrote is lost: try again then. If it cannot wait, telephone us."
        ) % {"time": f"{allowance.next_hour():%H:%M}"}

    def full(self, given: dict[str, Any]) -> HttpResponse:
        """No room in this hour. What was typed stays on the page, and in the draft where there is one."""
        values = given or None
        return self.show(values, problems=[self.sentence_when_full()], status=429)


def _url(step: steps.Step) -> str:
    return reverse("write") if step.name == "postcode" else reverse("write-step", args=[step.name])
