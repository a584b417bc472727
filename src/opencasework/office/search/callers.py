"""Who is on the line: the people a name, a postcode or a piece of a telephone number may mean."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from opencasework.office.cases.models import Case, CasePerson
from opencasework.office.constituents import duplicates
from opencasework.office.constituents.models import Person, PersonPhone
from opencasework.office.inbox.body_forms import BODY
from opencasework.office.inbox.writing_down import FOUND, SHORTEST, known
from opencasework.office.search import finding, spelling
from opencasework.office.search.question import Question
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, StaffRequest, staff_who_may

SHORTEST_PIECE = 4  # digits of a telephone number, from anywhere in it


@require_POST  # what is typed is somebody's name: it stays out of addresses
@staff_who_may(May.TRIAGE)
def callers(request: StaffRequest) -> HttpResponse:
    """The people the words may mean, to choose from while listening; of a body that rings, the cases."""
    question = Question.of(request.POST.get("from_name", "")[:100])
    if request.POST.get("rang") == BODY:
        return _cases(request, question)
    people: list[Person] = []
    meant = ""
    because: dict[int, str] = {}
    looked = len("".join(question.words)) >= SHORTEST
    if looked:
        people = _found(question, request.user)
        corrected = None if people else spelling.meant(question, request.user)
        if corrected is not None:
            people, meant = _found(corrected, request.user), corrected.text
        # Under a short form, in another order, with a name more or less: may be the same person.
        alike = duplicates.like_typed(duplicates.typed(name=question.text), staff=request.user)
        because = {each.pk: likeness.why for each, likeness in alike}
        there = {each.pk for each in people}
        people += [each for each, _ in alike if each.pk not in there][: FOUND - len(people)]
        because = {pk: why for pk, why in because.items() if pk not in there}
    found = known(people, staff=request.user, because=because)
    context = {"question": question, "found": found, "meant": meant, "looked": looked}
    return render(request, "inbox/_entry_people.html", context)


def _cases(request: StaffRequest, question: Question) -> HttpResponse:
    """The cases by reference, title, numbers and people, the open ones first."""
    looked = len("".join(question.words)) >= SHORTEST
    found = finding.cases(question, request.user).standing().for_lists()[: FOUND * 2] if looked else []
    cases = sorted(found, key=lambda case: not case.is_open)[:FOUND]
    return render(request, "inbox/_entry_cases.html", {"cases": cases, "looked": looked})


def _found(question: Question, staff: StaffMember) -> list[Person]:
    """The first few: those with an open case, who ring about it, before all others."""
    people = list(_likeliest_first(finding.people(question, staff), staff)[:FOUND])
    digits = "".join(each for each in question.text if each.isdigit())
    if len(digits) >= SHORTEST_PIECE and len(people) < FOUND:
        numbers = PersonPhone.objects.filter(compact__contains=digits).values("person")
        others = (
            Person.objects.visible_to(staff)
            .filter(pk__in=numbers)
            .exclude(pk__in=[each.pk for each in people])
        )
        people += _likeliest_first(others, staff)[: FOUND - len(people)]
    return people


def _likeliest_first(people: QuerySet[Person], staff: StaffMember) -> QuerySet[Person]:
    open_cases = Case.objects.visible_to(staff).open()
    theirs = CasePerson.objects.filter(person=OuterRef("pk"), case__in=open_cases)
    lists = people.prefetch_related("addresses", "emails", "phones")
    return lists.alias(has_open_case=Exists(theirs)).order_by("-has_open_case", "-pk")
