"""One message, several problems: each part opens a case or goes on one, and every case shows the message.

The whole message is then read only by those who may see all of these cases. What is about one case stands
on its timeline, for whoever sees that one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from opencasework.office.authority.gate import NoAuthority
from opencasework.office.cases.actions import open_case
from opencasework.office.cases.forms import CategoryField
from opencasework.office.cases.mistaken import as_opened
from opencasework.office.cases.models import Case, Event, Issue
from opencasework.office.constituents.forms import WhereaboutsForm
from opencasework.office.constituents.models import Person
from opencasework.office.inbox import acts, body_rang, showing
from opencasework.office.inbox.deciding import (
    chosen_person,
    find_to_decide,
    go_on,
    rang,
    say_done,
    too_late,
)
from opencasework.office.inbox.filing import PART, file_on_case
from opencasework.office.inbox.handing_over import hand_over
from opencasework.office.inbox.models import Act, Message, MessagePart
from opencasework.office.inbox.suggesting.parting import parts_of
from opencasework.office.inbox.views import opened
from opencasework.office.kit.numbers import row_number
from opencasework.office.letters.models import Enquiry
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, StaffRequest, posted, staff_who_may

ROWS, LONGEST_PART = 4, 4000
Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class Part:
    """What is about one case: the case it goes on or, without one, what a new case is about."""

    text: str
    case: Case | None = None
    category: Any = None
    title: str = ""


@transaction.atomic
def split(
    message: Message,
    parts: list[Part],
    *,
    person: Person | None,
    by: StaffMember,
    is_new_person: bool = False,
    told: body_rang.Said = body_rang.Said(),  # noqa: B008 (it cannot be changed)
) -> list[Case]:
    """Put each part on its case, opening those that are new for `person`, who may have been written down now.

    It is a reply of the enquiry it was proposed for, where one part goes on the case of that. Returns the
    cases, the first being that of the message; empty when somebody had decided already. Raises NoAuthority
    where a body rang and one of the cases wants more than `told`.
    """
    # Locked first, so that of two people at once the second opens no case.
    if not Message.objects.select_for_update().filter(pk=message.pk, decision="").exists():
        return []
    texts: dict[Case, str] = {}
    opened, tagged = [], []
    for part in parts:
        case = part.case.survivor if part.case else _open(message, part, person, by=by)
        opened += [] if part.case else [case]
        texts[case] = "\n\n".join(filter(None, [texts.get(case, ""), part.text]))
    enquiry = _answered(message, texts)
    first, *further = sorted(texts, key=lambda case: enquiry is None or case != enquiry.case)
    # The subject is of the whole, and whoever sees one of the cases may not know of another.
    said = PART if further else ""
    file_on_case(message, case=first, by=by, enquiry=enquiry, person=person, said=said, told=told)
    for case in further:
        body_rang.pass_gate(message, case, by=by, told=told)
        line = f"From {message.sender}: {said}"
        case.record(
            Event.Kind.MESSAGE_IN, by=by, text=line, message=message.pk, channel=message.channel,
            **({"person": message.person_id} if message.person_id else {}),
            **body_rang.on_the_line(message),
        )  # fmt: skip
        tagged += [changed] if (changed := hand_over(message, case=case, by=by)) else []
    if further:
        for case, text in texts.items():
            MessagePart.objects.create(message=message, case=case, text=text, by=by)
            if text:
                case.record(Event.Kind.NOTE, by=by, text=f"Of this message is about this case:\n\n{text}")
        Act.objects.filter(lines__message=message, lines__taken_back_at=None, kind=Act.Kind.CASE).update(
            kind=Act.Kind.SPLIT
        )
    # The person hangs on all of them, and can go with the last.
    new_people = {opened[-1]: person} if opened and is_new_person else {}
    begun = [as_opened(case, new_person=new_people.get(case)) for case in opened]
    acts.also_did(message, opened=begun, tagged=tagged)
    return [first, *further]


def _answered(message: Message, cases: Collection[Case]) -> Enquiry | None:
    """The enquiry that the message was proposed for, where it is of one of these cases."""
    enquiry = message.proposed_enquiry
    return enquiry if enquiry is not None and enquiry.case in cases else None


def _open(message: Message, part: Part, person: Person | None, *, by: StaffMember) -> Case:
    if person is None:
        raise ValueError("A new case is for somebody; choose or write down the person.")
    return open_case(
        person=person,
        by=by,
        owner=by,
        category=part.category,
        title=part.title or part.category.label,
        channel=message.channel,
        rang=str(message.details.get("body", "")),
    )


# --- the page -----------------------------------------------------------------------------------------


class PartForm(forms.Form):
    """One part. A row that says nothing is no part."""

    case = forms.ChoiceField(label="Goes on", required=False)
    category = CategoryField(required=False)
    title = forms.CharField(
        label="Title of the new case",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    text = forms.CharField(
        label="What of it is about this case",
        max_length=LONGEST_PART,
        required=False,
        help_text="Copy the sentences. They stand on the timeline of this case.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, cases: list[Case], **options: Any) -> None:
        super().__init__(*args, **options)
        self.cases = {str(case.pk): case for case in cases}
        choices: Choices = [(pk, f"{case.reference} {case.title}") for pk, case in self.cases.items()]
        field = self.fields["case"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "A new case"), *choices]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        says = any(cleaned.get(name) for name in ("title", "text"))
        if says and not cleaned.get("case") and not cleaned.get("category"):
            self.add_error("category", "Say what the new case is about, or choose a case it goes on.")
        return cleaned

    @property
    def part(self) -> Part | None:
        """What was said; None for a row that was left empty."""
        said = self.cleaned_data
        if not said.get("case") and not said.get("category"):
            return None
        return Part(
            said["text"].strip(), self.cases.get(said["case"]), said["category"], said["title"].strip()
        )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_who_may(May.WRITE_CASES)
def split_page(request: StaffRequest, pk: int) -> HttpResponse:
    """Say which part of a message is about what; POST opens the new cases and puts the message on all."""
    found = find_to_decide(request, pk)
    if not found.is_untriaged:
        return too_late(request, found) if request.method == "POST" else redirect("message", pk)
    beside = showing.beside(found, staff=request.user)
    asked = request.POST.get("person") or request.GET.get("person", "")
    person = None if asked == "new" else chosen_person(request, asked) or beside.person
    cases = _cases(request, beside, person)
    rows = _rows(request, found, beside, cases)
    who = None if person else WhereaboutsForm(posted(request), initial=_initial(found, beside))
    why = body_rang.WhyForm(posted(request)) if rang(found) else None
    problem = ""
    if request.method == "POST":
        valid = all([form.is_valid() for form in rows])
        parts = [form.part for form in rows if form.part] if valid else []
        problem = _problem(parts) if valid else "Look at what is marked below."
        needs_somebody = who is not None and any(part.case is None for part in parts)
        if not problem and (not needs_somebody or (who is not None and who.is_valid())):
            try:
                return _split(request, found, parts, person, who if needs_somebody else None, why)
            except NoAuthority as shut:
                problem = f"{shut} {body_rang.SAY_WHY}"
    context = opened(request, found) | {
        "beside": beside, "person": person, "rows": rows, "form": who, "problem": problem,
        "why": why, "answered": _answered(found, cases),
    }  # fmt: skip
    return render(request, "inbox/splitting.html", context, status=422 if request.method == "POST" else 200)


@transaction.atomic
def _split(
    request: StaffRequest,
    found: Message,
    parts: list[Part],
    person: Person | None,
    who: WhereaboutsForm | None,
    why: body_rang.WhyForm | None,
) -> HttpResponse:
    # Locked before a person is written down, so that of two people at once the second writes down nobody.
    if not Message.objects.select_for_update().filter(pk=found.pk, decision="").exists():
        return too_late(request, found)
    person = who.create_person() if who else person
    told = why.said if why and why.is_valid() else body_rang.Said()
    is_new = who is not None
    done = split(found, parts, person=person, by=request.user, is_new_person=is_new, told=told)
    found.refresh_from_db()
    act = Act.objects.filter(lines__message=found).first()
    on = [case.reference for case in done]
    if found.enquiry is not None:
        on[0] += f" as a reply from {found.enquiry.body}"
    say_done(request, "On " + ", ".join(on), act)
    if not Message.objects.visible_to(request.user).filter(pk=found.pk).exists():
        messages.warning(request, "You see only the parts on cases that you may see.")
    return go_on(request, found)


def _problem(parts: list[Part]) -> str:
    targets = {part.case.pk for part in parts if part.case}
    if len(targets) + sum(part.case is None for part in parts) < 2:
        return "Give two parts or more, each with a case of its own. For one case, add the message to it."
    return ""


def _cases(request: StaffRequest, beside: showing.Beside, person: Person | None) -> list[Case]:
    known = {each.case.pk: each.case for each in beside.found.cases if each.case.is_open}
    if person:
        known |= {case.pk: case for case in Case.objects.visible_to(request.user).open().of(person)[:12]}
    return list(known.values())


def _rows(request: StaffRequest, found: Message, beside: showing.Beside, cases: list[Case]) -> list[PartForm]:
    """Rows begun with what each paragraph speaks of, on the case that is about it; the others are empty."""
    wanted: list[dict[str, Any]] = [
        {"category": each.category.code} for each in beside.found.categories[: ROWS - 1]
    ]
    if request.method != "POST" and (parts := parts_of(found)[:ROWS]):
        issues = Issue.objects.filter(case__in=cases, category__in=[each.category for each in parts])
        on = dict(issues.order_by("-pk").values_list("category", "case"))
        wanted = [
            {
                "category": "" if each.category.pk in on else each.category.code,
                "case": str(on.get(each.category.pk, "")),
                "text": each.text[:LONGEST_PART],
            }
            for each in parts
        ]
    number = row_number(request.POST.get("rows")) or ROWS
    return [
        PartForm(
            posted(request),
            prefix=f"part{index}",
            cases=cases,
            initial=wanted[index] if index < len(wanted) else {},
        )
        for index in range(min(number, ROWS))
    ]


def _initial(message: Message, beside: showing.Beside) -> dict[str, str]:
    return {
        "full_name": message.from_name,
        "email": message.from_address,
        "postcode": beside.found.postcode,
    }
