"""What a person does about a message: put it on a case, open one, or say that nothing is to be done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from opencasework.office.authority.gate import NoAuthority
from opencasework.office.bodies.models import Body
from opencasework.office.cases.access import seers, sight_said
from opencasework.office.cases.models import Case
from opencasework.office.cases.views import visible_case
from opencasework.office.constituents.models import Person
from opencasework.office.inbox import actions, body_rang, particulars, showing, viewing
from opencasework.office.inbox.filing import file_on_case
from opencasework.office.inbox.forms import CaseFromMessageForm
from opencasework.office.inbox.handing_over import LEVELS, changes_said
from opencasework.office.inbox.models import Act, Message
from opencasework.office.inbox.next_step import next_step
from opencasework.office.inbox.putting_back import line_of
from opencasework.office.inbox.reading_now import note_reader, others_reading
from opencasework.office.inbox.suggesting import TELEPHONE, results, suggestions
from opencasework.office.inbox.suggesting.levels import suggested
from opencasework.office.inbox.views import desk, find_message, opened
from opencasework.office.kit import references
from opencasework.office.kit.numbers import row_number
from opencasework.office.letters.models import Enquiry
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, StaffRequest, staff_who_may

FOUND = 12  # cases or people shown while somebody types
Decision = Message.Decision
ACTS = {
    Decision.FILED_AWAY: (actions.file_away, "Filed “{}” away"),
    Decision.OTHER_MEMBER: (actions.give_to_other_member, "“{}” is for another member"),
    Decision.CAMPAIGN: (actions.mark_as_campaign, "“{}” is campaign mail"),
}
WAS_DECIDED: dict[str, str] = {
    Decision.CASE: "{} had put it on a case already. Nothing was changed.",
    Decision.FILED_AWAY: "{} had filed it away already. Nothing was changed.",
    Decision.OTHER_MEMBER: "{} had marked it as for another member already. Nothing was changed.",
    Decision.CAMPAIGN: "{} had marked it as campaign mail already. Nothing was changed.",
}


def find_to_decide(request: StaffRequest, pk: int) -> Message:
    """A message one can decide about: it came in and has been looked at by the reader."""
    found = find_message(request, pk)
    if found.direction != Message.Direction.IN or found.state == Message.State.RAW:
        raise Http404("There is nothing to decide about this message.")
    return found


def go_on(request: StaffRequest, decided: Message) -> HttpResponse:
    """To the next message of the list: the next older one or, at the end, the one before it."""
    order = viewing.order(request)
    following = order.next(decided) or order.previous(decided)
    if following:
        return redirect("message", following)
    return redirect(viewing.address(viewing.asked_by(request)))


def say_done(request: StaffRequest, words: str, act: Act | None) -> None:
    """Say what was done, with the key that takes it back where there is something to take back."""
    undo_url = reverse("act-undo", args=[act.pk]) if act else ""
    messages.success(request, words, extra_tags=f"undo:{undo_url}" if act else "")


def say(request: StaffRequest, words: str, decided: Message) -> None:
    line = line_of(decided)
    of_this_act = f"?act={line.act_id}" if line else ""
    undo_url = reverse("message-undo", args=[decided.pk])
    messages.success(request, words, extra_tags=f"undo:{undo_url}{of_this_act}")


def too_late(request: StaffRequest, found: Message) -> HttpResponse:
    """Somebody else decided first: say who and what, and show it where one may see it."""
    found.refresh_from_db()
    by = found.decided_by or "The office"
    words = WAS_DECIDED.get(found.decision, "{} was at it in the same moment. Look at it again.")
    messages.error(request, words.format(by))
    still_visible = Message.objects.visible_to(request.user).filter(pk=found.pk).exists()
    return redirect("message", found.pk) if still_visible else redirect("inbox")


@require_POST
@staff_who_may(May.TRIAGE)
def decision(request: StaffRequest, pk: int) -> HttpResponse:
    """File a message away, or say that it is for another member or campaign mail."""
    found = find_to_decide(request, pk)
    wish = request.POST.get("decision", "")
    if wish not in ACTS:
        messages.error(request, "Say what becomes of the message: press one of the buttons.")
        return redirect("message", pk)
    if body_rang.is_unsettled(found) and not settled(request, found):
        return nothing_said_page(request, found, {"decision": wish, "note": request.POST.get("note", "")})
    act, words = ACTS[Decision(wish)]
    if not act(found, by=request.user, note=request.POST.get("note", "").strip()):
        return too_late(request, found)
    say(request, words.format(found.in_a_word), found)
    return go_on(request, found)


# --- it is of a body --------------------------------------------------------------------------------------


def settled(request: StaffRequest, found: Message) -> bool:
    """Whether the colleague says now that nothing about a person was said in it; that is kept."""
    is_said = body_rang.NothingSaidForm(request.POST).is_valid()
    if is_said and found.is_untriaged:
        body_rang.settle_as_nothing(found)
    return is_said


def nothing_said_page(request: StaffRequest, found: Message, carried: dict[str, str]) -> HttpResponse:
    """Asked before what a body said is to be on no case; `carried` is what the button had said."""
    is_asked = "asked" in request.POST
    form = body_rang.NothingSaidForm(request.POST if is_asked else None, auto_id="why_%s")
    context = {
        "rail": "inbox",
        "message": found,
        "did": body_rang.did(found),
        "form": form,
        "carried": carried,
    }
    return render(request, "inbox/why.html", context, status=422)


def _why_page(request: StaffRequest, found: Message, case: Case, sentence: str) -> HttpResponse:
    """Asked where what a body said is put on a case of which no authority covers it."""
    is_asked = "asked" in request.POST
    form = body_rang.WhyForm(request.POST if is_asked else None, auto_id="why_%s", sentence=sentence)
    carried = {name: request.POST.get(name, "") for name in ("case", "enquiry", "then")}
    carried = {name: value for name, value in carried.items() if value}
    context = {
        "rail": "inbox", "message": found, "did": body_rang.did(found), "form": form, "carried": carried,
        "on": case, "sentence": sentence,
    }  # fmt: skip
    return render(request, "inbox/why.html", context, status=422)


def _told(request: StaffRequest) -> body_rang.Said:
    """What this form says of a call without authority; a form that asks for nothing says nothing."""
    form = body_rang.WhyForm(request.POST)
    return form.said if form.is_valid() else body_rang.Said()


@require_POST
@staff_who_may(May.TRIAGE)
def taking(request: StaffRequest, pk: int) -> HttpResponse:
    """Say that you are dealing with a message, or let go of it again."""
    found = find_to_decide(request, pk)
    if request.POST.get("act") == "release":
        say_done(request, "Free again for anybody.", actions.release(found, by=request.user))
    elif (act := actions.take(found, by=request.user)) or found.taken_by == request.user:
        say_done(request, "It is yours. Colleagues see your name on it.", act)
    else:
        messages.error(request, f"{found.taken_by} has it. Ask them, or decide about it all the same.")
    return redirect("message", pk)


@require_POST
@staff_who_may(May.TRIAGE)
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a message back into the inbox, with all that came of the decision as it was before."""
    found = find_to_decide(request, pk)
    line, meant = line_of(found), request.GET.get("act")
    if meant and (line is None or str(line.act_id) != meant):
        messages.error(request, f"“{found.in_a_word}” was changed since, and stays as it is.")
        return redirect("message", pk)
    case = found.case
    said = actions.take_back(found, by=request.user)
    stands = case is not None and Case.objects.filter(pk=case.pk).exists()
    words = f"Back in the inbox, off {case.reference}." if case and stands else "Back in the inbox."
    messages.success(request, " ".join([words, *said]))
    return redirect("message", pk)


# --- on a case we have ------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@staff_who_may(May.TRIAGE)
def filing(request: StaffRequest, pk: int) -> HttpResponse:
    """Choose a case by typing; POST puts the message on it, as a reply where an enquiry is named."""
    found = find_to_decide(request, pk)
    if request.method == "POST":
        case = visible_case(request, row_number(request.POST.get("case")) or 0)
        enquiry = None
        if request.POST.get("enquiry"):
            enquiry = get_object_or_404(Enquiry, case=case, pk=row_number(request.POST["enquiry"]))
        before = {axis: getattr(case, axis) for axis in LEVELS}
        seen = seers(case)
        was_suggested = suggestions(found, request.user)
        levels = suggested(found, found.category or was_suggested.category)
        try:
            filed = file_on_case(found, case=case, by=request.user, enquiry=enquiry, told=_told(request))
        except NoAuthority as problem:
            return _why_page(request, find_to_decide(request, pk), case.survivor, str(problem))
        if not filed:
            return too_late(request, found)
        results.note(found, was_suggested, levels, is_new_case=False)
        case.refresh_from_db()
        said = [filed_said(case, enquiry), *changes_said(case, before), *sight_said(seen, seers(case))]
        say(request, ". ".join(said), found)
        return _go_on_to(request, found, case)
    words = request.GET.get("q", "").strip()[:100]
    choices = {
        "words": words,
        "choices": _choices(request.user, words),
        "is_choosing": True,
        "message": found,
    }
    if request.htmx:
        return render(request, "inbox/_choices.html", choices | {"message": found})
    if not found.is_untriaged:
        return redirect("message", pk)
    return render(request, "inbox/desk.html", desk(request, found) | choices)


def _go_on_to(request: StaffRequest, decided: Message, case: Case) -> HttpResponse:
    """To the letter one wanted to write, which needs a case; else to the next message."""
    if request.POST.get("then") == "reply":
        return redirect("letter-new", case.pk)
    return go_on(request, decided)


def filed_said(case: Case, enquiry: Enquiry | None) -> str:
    where = f"On {case.reference}, {case.title}"
    if enquiry is not None:
        return f"{where}, as a reply from {enquiry.body}"
    return where if case.is_open else f"{where}. That case is closed; reopen it if there is something to do"


def _choices(staff: StaffMember, words: str) -> list[tuple[Case, list[Enquiry]]]:
    """Cases the words find, open ones first, each with the enquiries the message could be a reply to."""
    if len(words) < 2:
        return []
    found = Case.objects.visible_to(staff).with_words(words).for_lists()
    rank = sorted(found.order_by("-opened_at")[: FOUND * 4], key=lambda case: not case.is_open)
    return [
        (case, [enquiry for enquiry in case.enquiries.all() if not enquiry.is_answered])
        for case in rank[:FOUND]
    ]


# --- a new case -------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@staff_who_may(May.WRITE_CASES)
def new_case(request: StaffRequest, pk: int) -> HttpResponse:
    """Open a case for what a message asks, filled in from it as far as it goes."""
    found = find_to_decide(request, pk)
    reach = particulars.how_to_reach(found)
    hidden = showing.cover(found, request.user).kinds
    numbers = [
        each
        for each in references.found_in(f"{found.subject}\n{found.text}")
        if each[0] in references.kinds() and each[0] not in hidden
    ]
    if request.method == "POST":
        person = chosen_person(request, request.POST.get("person", ""))
        form = CaseFromMessageForm(
            request.POST, person=person, numbers=numbers, reach=reach, rang=rang(found)
        )
        if form.is_valid():
            was_suggested = suggestions(found, request.user)
            levels = suggested(found, found.category or was_suggested.category)
            case = form.open_case_from(found, by=request.user)
            if case is None:
                return too_late(request, found)
            results.note(found, was_suggested, levels, is_new_case=True)
            say(request, f"Case {case.reference} is open. Next: {case.next_action}", found)
            if form.reference_warning:
                messages.warning(request, form.reference_warning)
            return _go_on_to(request, found, case)
        beside = showing.beside(found, staff=request.user)
        return render(request, "inbox/case.html", case_page(request, found, form, beside), status=422)
    if not found.is_untriaged:
        return redirect("message", pk)
    words = request.GET.get("q", "").strip()
    if request.htmx:
        return render(request, "cases/_people.html", {"words": words, "found": _people(request, words)})
    beside = showing.beside(found, staff=request.user)
    asked = request.GET.get("person", "")
    person = None if asked == "new" else chosen_person(request, asked) or beside.person
    initial = initial_for(request, found, beside)
    form = CaseFromMessageForm(person=person, numbers=numbers, reach=reach, initial=initial, rang=rang(found))
    return render(request, "inbox/case.html", case_page(request, found, form, beside))


def rang(found: Message) -> Body | None:
    """The body that rang, where a case opened for the call has to say why it was told of the person."""
    return None if body_rang.said_of(found) else body_rang.body_of(found)


def chosen_person(request: StaffRequest, number: str) -> Person | None:
    """The person of this number, where a number is given and this colleague may know of them."""
    if row_number(number) is None:
        return None
    return get_object_or_404(Person.objects.visible_to(request.user).for_lists(), pk=row_number(number))


def _people(request: StaffRequest, words: str) -> list[Person]:
    if len(words) < 2:
        return []
    return list(Person.objects.visible_to(request.user).with_words(words).for_lists()[:FOUND])


def initial_for(request: StaffRequest, found: Message, beside: showing.Beside) -> dict[str, Any]:
    """What the message says about the case to be; a category chosen beside it comes in the address."""
    step = next_step(found, beside, suggested(found, found.category or beside.category))
    phone = TELEPHONE.search(found.new_text[: showing.RECOGNISED_IN])
    category = found.category or beside.category
    return {
        "owner": str(request.user.pk),
        "channel": found.channel,
        "category": request.GET.get("category") or (category.code if category else ""),
        **{name: getattr(found, name) for name in (*LEVELS, "tag_reason") if getattr(found, name)},
        "title": showing.title_from(found),
        "full_name": found.details.get("about", "") if found.details.get("body") else found.from_name,
        "email": found.from_address,
        "postcode": beside.found.postcode,
        **({"next_action": step.text, "next_action_on": step.on} if step.sets_case else {}),
        "phone": found.details.get("number") or (phone.group(0) if phone else ""),
    }


def case_page(
    request: StaffRequest, found: Message, form: CaseFromMessageForm, beside: showing.Beside
) -> dict[str, Any]:
    words = request.GET.get("q", "").strip()
    person = form.person
    then = "reply" if "reply" in (request.GET.get("then"), request.POST.get("then")) else ""
    if found.is_untriaged:
        note_reader(found, request.user, doing="replying" if then else "opening")
    theirs = Case.objects.visible_to(request.user).open()
    return opened(request, found) | {
        "form": form,
        "person": person,
        "beside": beside,
        "words": words,
        "then": then,
        "others": others_reading(found, request.user),
        "found": _people(request, words),
        "open_cases": list(theirs.of(person)[:5]) if person else [],
    }
