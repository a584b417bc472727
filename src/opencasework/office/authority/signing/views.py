"""The pages at /sign/: behind a private link, they show nothing before the person has shown who they are."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from opencasework.office.authority import typed_names
from opencasework.office.authority.actions import scans, withdraw
from opencasework.office.authority.models import Ask, Authority, SigningUse, SignLink, SignVisit
from opencasework.office.authority.models.asking import hashed
from opencasework.office.authority.printed_form import form_pdf
from opencasework.office.authority.signing import statement
from opencasework.office.authority.signing.forms import BodiesForm, CheckForm, KnownForm, OtherForm
from opencasework.office.authority.signing.visit import KNOWN_FOR, WELSH, Visit, begin, token_in, visit
from opencasework.office.cases.models import Event
from opencasework.office.kit import visitors
from opencasework.office.kit.pdf import PdfUnavailable
from opencasework.office.places.models import Office

LONGEST_KEPT = 60_000  # characters of one field: a drawn signature
STEPS = ("check", "bodies", "other", "sign")
PAGES = {*STEPS, "who", "signed", "withdrawal"}
USABLE = {"", "used"}  # a used link shows its copy
# The most an hour takes from one part of the network: a library or a hostel signs from one.
OPENED, TRIED, MADE = ("opened", 60), ("tried", 60), ("made", 30)


def page(view: Any) -> Any:
    """A page of ours: in the visitor's language, and nothing of it kept or named elsewhere."""

    def shown(request: HttpRequest, **names: str) -> HttpResponseBase:
        office = Office.objects.filter(pk=1).first()
        if office is None:
            raise Http404("There is no such page.")
        here = visit(request)
        with translation.override(here.language):
            response = view(Page(here, office), **names)
            return here.remember(response)

    return shown


@require_http_methods(["GET", "HEAD", "POST"])
@page
def opening(here: Page) -> HttpResponse:
    """Where a private link leads. What stands behind its # comes here by POST, so that no log has it."""
    return here.opened() if here.request.method == "POST" else here.show("open")


@require_http_methods(["GET", "HEAD", "POST"])
@page
def step(here: Page, name: str) -> HttpResponse:
    """One page on the way to a signature."""
    if name not in PAGES:
        raise Http404("There is no such page.")
    return here.step(name)


@require_safe
@page
def copy(here: Page) -> HttpResponseBase:
    """The person's own copy of what they signed."""
    return here.copy()


@require_safe
@page
def paper(here: Page) -> HttpResponse:
    """The same statement as a form to print and sign by hand."""
    return here.paper()


class Page:
    """The pages for one visit."""

    def __init__(self, here: Visit, office: Office) -> None:
        self.here = here
        self.request = here.request
        self.office = office

    @property
    def link(self) -> SignLink:
        assert self.here.link is not None
        return self.here.link

    def show(self, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
        is_welsh = self.here.language == WELSH
        frame = {
            "office": self.office,
            "is_welsh": is_welsh,
            "other_language": "en-gb" if is_welsh else "cy",
            "page_name": template,
            "has_link": self.here.is_known,
        }
        return render(self.request, f"authority/sign/{template}.html", frame | context, status=status)

    def go(self, name: str) -> HttpResponse:
        return HttpResponseRedirect(reverse("sign-step", args=[name]), status=303)

    def has_room(self, use: tuple[str, int]) -> bool:
        what, most = use
        return SigningUse.take(what, visitors.prefix_of(self.request, purpose="sign"), most=most)

    def too_many(self) -> HttpResponse:
        return self.show("stop", status=429, why="busy")

    # --- opening ------------------------------------------------------------------------------------

    def opened(self) -> HttpResponse:
        """Exchange the token for a cookie, or say why the link is of no use."""
        if not self.has_room(OPENED):
            return self.too_many()
        token = token_in(self.request.POST.get("token", "")[:500])
        links = SignLink.objects.select_related("ask__case", "ask__person", "ask__authority")
        link = links.filter(token_hash=hashed(token)).first() if token else None
        if link is None:
            return self.show("stop", status=404, why="unknown")
        trouble = link.trouble(at=timezone.now())
        if self.here.link == link and self.here.is_known and trouble in USABLE | {"locked"}:
            return self.go("check")  # opened anew where it is open
        if trouble not in USABLE:
            if "again" in self.request.POST:
                return self.asked_again(link)
            return self.show("stop", status=410, why=trouble, token=token, may_ask=True)
        return begin(link, self.go("who"))

    def asked_again(self, link: SignLink) -> HttpResponse:
        """They want a new link: the office sees it on the case and in its day."""
        now = timezone.now()
        unanswered = Ask.objects.filter(pk=link.ask_id, asked_again_at=None)
        if unanswered.update(asked_again_at=now):
            link.ask.case.record(
                Event.Kind.AUTHORITY,
                by=None,
                ask=link.ask_id,
                text=f"{link.ask.person} asks for a new link to sign",
            )
        return self.show("stop", why="asked")

    # --- the steps ----------------------------------------------------------------------------------

    def stopped(self) -> HttpResponse | None:
        """The page that says so where there is no link, or one of no use; a used one still shows its copy."""
        if self.here.link is None:
            return self.show("stop", status=403, why="closed")
        trouble = self.link.trouble(at=timezone.now())
        if trouble in USABLE:
            return None
        if trouble == "locked":
            # What strangers guessed shuts nobody out who has shown who they are.
            return None if self.here.is_known else self.shut("locked")
        return self.show("stop", status=410, why=trouble)

    def shut(self, why: str) -> HttpResponse:
        """No more answers are taken, from here or from anywhere: the way out is a new link."""
        if "again" in self.request.POST:
            return self.asked_again(self.link)
        return self.show("stop", status=410, why=why, asks_here=True)

    def step(self, name: str) -> HttpResponse:
        if stopped := self.stopped():
            return stopped
        if name == "who":
            return self.who()
        if not self.here.is_known:
            return self.go("who")
        if self.link.used_at:
            return self.withdrawal() if name == "withdrawal" else self.signed(name)
        if name in {"signed", "withdrawal"}:
            return self.go("check")
        return self.sign() if name == "sign" else self.question(name)

    def who(self) -> HttpResponse:
        """Ask for what only they know."""
        if "again" in self.request.POST:
            return self.asked_again(self.link)
        posted = self.request.method == "POST" and "switch" not in self.request.POST
        by_postcode_alone = self.link.ask.opens_by_postcode_alone
        form = KnownForm(self.request.POST if posted else None, by_postcode_alone=by_postcode_alone)
        if not posted or not form.is_valid():
            return self.show("who", form=form, status=422 if posted else 200)
        if not self.has_room(TRIED):
            return self.too_many()
        link = self.link
        place = visitors.prefix_of(self.request, purpose=f"tries {link.pk}")
        if not link.take_try(place):
            return self.wrong_too_often()
        if not form.is_right(link.ask.person):
            left = link.tries_left(place)
            if not left:
                self.note_wrong()
                return self.wrong_too_often()
            return self.show("who", form=form, wrong=True, left=left, status=422)
        # Whoever else has the link open has not said it: they are asked themselves.
        ours = SignVisit.objects.filter(pk=self.here.row.pk if self.here.row else 0)
        knows = form.gave_postcode(link.ask.person)
        if not ours.update(known_until=timezone.now() + KNOWN_FOR, gave_postcode=knows):
            return self.show("stop", status=403, why="closed")
        link.was_right(place)
        if link.used_at:
            return HttpResponseRedirect(f"{reverse('sign-step', args=['signed'])}?again=yes", status=303)
        return self.go("check")

    def wrong_too_often(self) -> HttpResponse:
        self.link.refresh_from_db(fields=["wrong_tries"])
        return self.shut("locked" if self.link.is_locked else "locked here")

    def note_wrong(self) -> None:
        """The case says so; where the link is of no use to anybody any more, the office's day does, too."""
        ask = self.link.ask
        self.link.refresh_from_db(fields=["wrong_tries"])
        text = "Somebody opened the private link without the postcode or date of birth, from one place. "
        if self.link.is_locked:
            text += "It was tried from others before and is locked: a new one is wanted."
            Ask.objects.open().filter(pk=ask.pk, asked_again_at=None).update(asked_again_at=timezone.now())
        else:
            text += "It is shut there and good elsewhere."
        ask.case.record(Event.Kind.AUTHORITY, by=None, ask=ask.pk, text=text)

    def form_of(self, name: str, data: Any) -> forms.Form:
        given = self.link.answers.get(name, {})
        if name == "check":
            address = self.link.ask.person.address if self.here.sees_the_address else None
            lines = "\n".join(str(address).split(", ")) if address else ""
            form = CheckForm(data, initial={"address": lines} | given)
            if address:
                form.fields["address"].help_text = _("This is the one we have. Change it if it is wrong.")
            return form
        if name == "bodies":
            ticked = {"bodies": [str(body.pk) for body in self.link.ask.bodies.all()]}
            return BodiesForm(data, ask=self.link.ask, initial=ticked | given)
        return OtherForm(data, initial=given)

    def asked(self) -> list[str]:
        """The steps for this person, in order."""
        someone = self.link.answers.get("bodies", {}).get("someone_else")
        return [name for name in STEPS if name != "other" or someone]

    def first_wrong(self) -> str:
        """The first page without a good answer; empty when all are there."""
        for name in self.asked():
            if name != "sign" and not self.form_of(name, self.link.answers.get(name, {})).is_valid():
                return name
        return ""

    def question(self, name: str) -> HttpResponse:
        if self.request.method != "POST":
            return self.ask(name, self.form_of(name, None))
        form = self.form_of(name, self.request.POST)
        is_valid = form.is_valid()
        # Kept as typed, right or wrong: a change of language or a lost connection loses nothing.
        self.keep(name, form.cleaned_data if is_valid else self.typed(form))
        if "switch" in self.request.POST:
            return self.ask(name, self.form_of(name, None))
        if not is_valid:
            return self.ask(name, form, status=422)
        names = self.asked()
        return self.go(names[names.index(name) + 1] if name in names else "check")

    def typed(self, form: forms.Form) -> dict[str, Any]:
        """What the fields of a form were sent with, whatever is wrong with it."""
        posted = self.request.POST
        return {
            name: posted.getlist(name)[:100] if name == "bodies" else posted.get(name, "")[:LONGEST_KEPT]
            for name in form.fields
        }

    def keep(self, name: str, given: dict[str, Any]) -> None:
        # Added to what stands now: the same person may have it open in two browsers.
        with transaction.atomic():
            now = SignLink.objects.select_for_update().get(pk=self.link.pk)
            self.link.answers = now.answers | {name: given}
            still = SignLink.objects.filter(pk=self.link.pk, used_at=None, revoked_at=None)
            still.update(answers=self.link.answers)

    def ask(self, name: str, form: forms.Form, *, status: int = 200) -> HttpResponse:
        return self.show(name, form=form, status=status, **self.place(name))

    def place(self, name: str) -> dict[str, Any]:
        names = self.asked()
        at = names.index(name) if name in names else 0
        return {
            "ask": self.link.ask,
            "number": at + 1,
            "total": len(names),
            "back": names[at - 1] if at else "",
            "action": reverse("sign-step", args=[name]),
            "uses": {str(body.pk): body.what_for for body in self.link.ask.bodies.all()},
        }

    def sign(self) -> HttpResponse:
        """The exact words once more, and the button."""
        if wrong := self.first_wrong():
            return self.go(wrong)
        said = statement.said_in(self.link)
        context = {
            "said": said,
            "parts": statement.parts_of(self.link, said),
            "path": statement.drawn_path(said.drawn),
            "shown": statement.fingerprint_of(self.link, said),
            "boxes": statement.boxes_in(self.link, said),
            "is_another": typed_names.is_another(said.name, self.link.ask.person),
            **self.place("sign"),
        }
        if self.request.method != "POST" or "switch" in self.request.POST:
            return self.show("sign", **context)
        # Another window may have changed the answers: what they sign is what stood before them.
        if self.request.POST.get("shown") != context["shown"]:
            return self.show("sign", status=409, **context)
        if not self.has_room(MADE):
            return self.too_many()
        evidence = statement.evidence_of(
            self.request, self.link, said, at=timezone.now(), language=self.here.language
        )
        try:
            signed = statement.sign(self.link, said, evidence)
        except PdfUnavailable:
            problem = _(
                "It could not be sealed just now, so nothing is signed. Your answers are kept: try again in "
                "a minute, or telephone us."
            )
            return self.show("sign", status=503, problem=problem, **context)
        if signed is None:
            self.link.refresh_from_db()
        return self.go("signed")

    # --- afterwards ---------------------------------------------------------------------------------

    def authority(self) -> Authority | None:
        return self.link.ask.authority

    @property
    def may_have_copy(self) -> bool:
        """Whoever came with a day of birth alone learns no address from it: neither do they have the copy."""
        return self.here.sees_the_address or self.link.ask.person.address is None

    def signed(self, name: str) -> HttpResponse:
        """It is signed: the copy, and the way to withdraw. A link used twice ends here as well."""
        authority = self.authority()
        again = name != "signed" or "again" in self.request.GET
        if self.request.method == "POST" and "new" in self.request.POST:
            return self.asked_again(self.link)
        has_copy = self.link.has_copy(at=timezone.now()) and self.may_have_copy
        return self.show("signed", authority=authority, again=again, link=self.link, has_copy=has_copy)

    def withdrawal(self) -> HttpResponse:
        authority = self.authority()
        if authority is None or authority.withdrawn_on:
            return self.go("signed")
        if self.request.method != "POST" or "switch" in self.request.POST:
            return self.show("withdrawal", authority=authority)
        withdraw(authority, on=timezone.localdate(), by=None)
        return self.go("signed")

    def copy(self) -> HttpResponseBase:
        if stopped := self.stopped():
            return stopped
        authority = self.authority()
        if not self.here.is_known or authority is None or not authority.scan_sha256:
            return self.show("stop", status=403, why="closed")
        if not (self.link.has_copy(at=timezone.now()) and self.may_have_copy):
            return self.show("stop", status=410, why="no copy")
        response = FileResponse(
            scans().open(authority.scan_sha256), as_attachment=True, filename=authority.scan_name,
            content_type="application/pdf",
        )  # fmt: skip
        response["X-Content-Type-Options"] = "nosniff"
        return response

    def paper(self) -> HttpResponse:
        if stopped := self.stopped():
            return stopped
        if not self.here.is_known:
            return self.show("stop", status=403, why="closed")
        try:
            content = form_pdf(self.link.ask, language=self.here.language)
        except PdfUnavailable:
            return self.show("stop", status=503, why="paper")
        response = HttpResponse(content, content_type="application/pdf")
        response["Content-Disposition"] = 'attachment; filename="form.pdf"'
        response["X-Content-Type-Options"] = "nosniff"
        return response
