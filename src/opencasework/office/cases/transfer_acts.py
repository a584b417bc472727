"""Offering a case to somebody else, and writing down whether they took it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST

from opencasework.office.bodies.models import Body
from opencasework.office.cases import transfers
from opencasework.office.cases.acts import FORM_METHODS, ask
from opencasework.office.cases.forms import NOT_IN_THE_PAST, OfficeDatesForm
from opencasework.office.cases.models import Case, Outcome, Transfer
from opencasework.office.cases.views import find_case
from opencasework.office.kit import dates
from opencasework.office.kit.dates import SpokenDateField
from opencasework.office.staff.permissions import May, StaffRequest, may, posted, staff_who_may
from opencasework.office.staff.sent_twice import done_once, forget

# All but a signpost: whoever takes a case, or works on it with us, hears about the person.
NEEDS_CONSENT = frozenset(Transfer.Level) - {Transfer.Level.SIGNPOST}
GIVEN = frozenset({Transfer.Consent.SIGNED, Transfer.Consent.VERBAL})
NOT_IN_THE_FUTURE = (timezone.localdate, "That day has not come yet. Give today or a day before it.")


class TransferForm(OfficeDatesForm):
    """To whom, how, with what consent, and by when they should answer."""

    to = forms.CharField(widget=forms.RadioSelect, label="Who could take it", required=False)
    to_name = forms.CharField(
        label="Somebody else",
        max_length=200,
        required=False,
        help_text="A name and what they are, such as “Cllr Ash Brindle, Fenwick ward”.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    level = forms.ChoiceField(
        label="How it goes to them",
        choices=Transfer.Level,
        error_messages={"required": "Say how it goes to them."},
    )
    consent = forms.ChoiceField(
        label="Does the person agree?",
        choices=Transfer.Consent,
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether the person agrees that it goes there."},
    )
    offered_on = SpokenDateField(
        label="Offered on", required=False, not_after=NOT_IN_THE_FUTURE, help_text="Left empty: today."
    )
    consent_on = SpokenDateField(
        label="Agreed on",
        required=False,
        not_after=NOT_IN_THE_FUTURE,
        help_text="Left empty: the day of the offer.",
    )
    answer_by = SpokenDateField(
        label="They should answer by",
        required=False,
        not_before=NOT_IN_THE_PAST,
        asks_far_year=True,
        help_text="Left empty: ten working days after the offer.",
    )

    def __init__(self, *args: Any, case: Case, candidates: list[transfers.Candidate], **options: Any) -> None:
        super().__init__(*args, **options)
        self.case = case
        self.candidates = {each.key: each for each in candidates}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("to_name") and cleaned.get("to") not in self.candidates:
            self.add_error("to_name", "Choose who could take it, or write a name.")
        if (
            cleaned.get("level") in NEEDS_CONSENT
            and cleaned.get("consent")
            and cleaned["consent"] not in GIVEN
        ):
            self.add_error(
                "consent",
                "Ask the person first: what is passed on in this way goes only with their agreement. "
                "You can signpost them instead.",
            )
        if not self.errors and cleaned["level"] in NEEDS_CONSENT:
            self._insist_on_authority(cleaned)
        if not self.errors and cleaned["level"] != Transfer.Level.SIGNPOST:  # which nobody answers
            self._insist_on_an_answer(cleaned)
        return cleaned

    def _insist_on_an_answer(self, cleaned: dict[str, Any]) -> None:
        """One offer is one: while it is unanswered the same is not made again, and counted twice."""
        body, name = self._body(cleaned), self._name(cleaned)
        to_them = Q(to_body=body) if body else Q(to_name__iexact=name)
        same = self.case.transfers.unanswered().filter(to_them, level=cleaned["level"]).first()
        if same is not None:
            self.add_error(
                "to_name",
                f"It was offered to {same.to_name} on {dates.say(same.offered_on)}, and they have not "
                "answered. Write down their answer on the page of the case first.",
            )

    def _name(self, cleaned: dict[str, Any]) -> str:
        name: str = cleaned["to_name"].strip()
        return name or self.candidates[cleaned["to"]].name

    def _insist_on_authority(self, cleaned: dict[str, Any]) -> None:
        """That the person agreed is on file, not only said here: by its name they are a body, too."""
        body, consent = self._body(cleaned), cleaned["consent"]
        if said := transfers.without_authority(self.case, body, consent=consent):
            self.add_error("consent", said)

    def _body(self, cleaned: dict[str, Any]) -> Body | None:
        chosen = None if cleaned["to_name"] else self.candidates[cleaned["to"]]
        if chosen is not None:
            return chosen.body
        return Body.objects.filter(name__iexact=cleaned["to_name"].strip()).first()

    def offered(self, case: Case, *, by: Any) -> Transfer:
        """Record the offer."""
        given = self.cleaned_data
        chosen = None if given["to_name"] else self.candidates[given["to"]]
        offered = given["offered_on"] or timezone.localdate()
        agreed = given["consent"] in GIVEN
        return transfers.offer(
            case=case,
            level=given["level"],
            to_name=chosen.name if chosen else given["to_name"],
            to_kind=chosen.kind if chosen else "other",
            to_body=self._body(given),
            consent=given["consent"],
            consent_on=(given["consent_on"] or offered) if agreed else None,
            answer_by=given["answer_by"] or transfers.answer_expected(offered),
            offered_on=offered,
            by=by,
        )


class AnswerForm(OfficeDatesForm):
    """Whether they took it and, where it is theirs from then on, whether we close it as referred."""

    answer = forms.ChoiceField(
        label="What did they say?",
        choices=Transfer.Answer,
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether they took it. The figures count it."},
    )
    on = SpokenDateField(
        label="When", required=False, not_after=NOT_IN_THE_FUTURE, help_text="Left empty: today."
    )
    close = forms.BooleanField(
        label="If they took it: nothing is left for us, close the case as referred",
        required=False,
        help_text="The figures count it as referred once it is closed.",
    )

    def __init__(self, *args: Any, transfer: Transfer, may_close: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.transfer = transfer
        if not may_close:
            del self.fields["close"]

    def clean_on(self) -> date | None:
        on: date | None = self.cleaned_data["on"]
        offered = self.transfer.offered_on
        if on and on < offered:
            raise forms.ValidationError(
                f"It was offered to them on {dates.say(offered)}. Give that day or a later one."
            )
        return on

    @property
    def closes(self) -> bool:
        """Whether the case is to be closed with the answer."""
        given = self.cleaned_data
        return bool(given.get("close")) and given["answer"] == Transfer.Answer.ACCEPTED


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
@done_once
def new(request: StaffRequest, pk: int) -> HttpResponse:
    """Offer the case to somebody; nothing is sent by it."""
    case = find_case(request, pk)
    # Of somebody who could take it in two ways, the likelier: how it goes to them is asked beside it.
    could: dict[str, transfers.Candidate] = {}
    for each in transfers.candidates(case):
        could.setdefault(each.key, each)
    likeliest = could.get(request.GET.get("to", "")) or next(iter(could.values()), None)
    initial = {
        "to": likeliest.key if likeliest else "",
        "level": likeliest.level if likeliest else Transfer.Level.SIGNPOST,
    }
    form = TransferForm(posted(request), case=case, candidates=list(could.values()), initial=initial)
    if request.method == "POST" and form.is_valid():
        made = form.offered(case, by=request.user)
        said = f"{made.get_level_display()}: {made.to_name}. "
        if made.answer_by:
            said += f"An answer is expected by {dates.say(made.answer_by)}."
        letter = f"{case.get_absolute_url()}letters/new/" + (
            f"?body={made.to_body_id}" if made.to_body_id else ""
        )
        messages.success(request, format_html('{} <a href="{}">Write to them</a>', said, letter))
        return redirect(f"{case.get_absolute_url()}#transfers")
    context = {
        "rail": "cases",
        "case": case,
        "form": form,
        "candidates": could.values(),
        "chosen": form["to"].value(),
    }
    return render(request, "cases/transfer.html", context, status=422 if form.is_bound else 200)


@require_http_methods(FORM_METHODS)
@staff_who_may(May.WRITE_CASES)
def answer(request: StaffRequest, pk: int, transfer_pk: int) -> HttpResponse:
    """Write down whether they took it."""
    case = find_case(request, pk)
    transfer = get_object_or_404(case.transfers, pk=transfer_pk)
    if transfer.is_answered:
        day = dates.say(transfer.answered_on) if transfer.answered_on else ""
        messages.warning(
            request, f"{transfer.to_name} answered on {day}: {transfer.get_answer_display().lower()}."
        )
        return redirect(case)
    may_close = (
        case.is_open and may(request.user, May.CLOSE_CASES) and transfer.level in transfers.GOES_TO_THEM
    )
    form = AnswerForm(posted(request), transfer=transfer, may_close=may_close, initial={"close": True})
    if request.method == "POST" and form.is_valid():
        on = form.cleaned_data["on"] or timezone.localdate()
        with transaction.atomic():
            done = transfers.answered(transfer, answer=form.cleaned_data["answer"], on=on, by=request.user)
            closed = done and form.closes and case.close(outcome=Outcome.REFERRED, by=request.user)
        forget(request)  # the same may be offered to them again
        if closed:
            said = f"{transfer.to_name} took it. {case.reference} is closed as referred."
            undo = reverse("case-closure-undo", args=[case.pk])
            messages.success(request, said, extra_tags=f"undo:{undo}")
        elif done:
            messages.success(request, _answer_said(case, transfer))
        else:
            messages.warning(request, "A colleague has just written down an answer. Nothing was changed.")
        return redirect(f"{case.get_absolute_url()}#transfers")
    explained = f"{transfer.get_level_display()}: {transfer.to_name}, on {dates.say(transfer.offered_on)}."
    return ask(request, case, form, title="Did they take it?", button="Save", explained=explained)


@require_POST
@staff_who_may(May.WRITE_CASES)
def answer_back(request: StaffRequest, pk: int, transfer_pk: int) -> HttpResponse:
    """What they answered was written down by mistake."""
    case = find_case(request, pk)
    transfer = get_object_or_404(case.transfers, pk=transfer_pk)
    said = f"Taken back: {transfer.to_name}: {transfer.get_answer_display().lower()}."
    try:
        if transfers.take_back_answer(transfer, by=request.user):
            messages.success(request, said)
        else:
            messages.error(request, "It had been taken back already.")
    except transfers.NotTakenBack as problem:
        messages.error(request, str(problem))
    return redirect(f"{case.get_absolute_url()}#transfers")


def _answer_said(case: Case, transfer: Transfer) -> str:
    if transfer.answer == Transfer.Answer.ACCEPTED and case.is_open:
        close = reverse("case-closure", args=[case.pk])
        said = '{} took it. If nothing is left for us, <a href="{}">close the case</a> as referred.'
        return format_html(said, transfer.to_name, close)
    return f"{transfer.to_name}: {transfer.get_answer_display().lower()}."
