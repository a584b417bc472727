"""Z puts back all that a decision did: on the case, for the person, at the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from opencasework.office.audit.models import Trace
from opencasework.office.audit.verifying import verify
from opencasework.office.cases.asking import ask
from opencasework.office.cases.models import Case, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import Person
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.figures.actions import gather
from opencasework.office.figures.models import Fact
from opencasework.office.inbox.models import Snooze
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.tests.factories import CategoryFactory

from .factories import MessageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def ana(client):
    OfficeFactory()
    for code in ("HOU-DAMP", "BEN-UC"):
        CategoryFactory(code=code)
    ana = StaffFactory(first_name="Ana", last_name="Lys")
    client.force_login(ana)
    return ana


@pytest.fixture
def nia(ana):
    return PersonFactory(full_name="Nia Pryce", email__address="nia@post.example")


def accept(client, message):
    plan = client.get(reverse("message", args=[message.pk])).context["accept"]
    return client.post(reverse("message-accepted", args=[message.pk]), {"seen": plan.fingerprint})


def filed(client, message, case):
    return client.post(reverse("message-filing", args=[message.pk]), {"case": case.pk})


def press_z(client, done):
    """What the key in the toast does; what is said then."""
    toast = [each for each in get_messages(done.wsgi_request) if "undo:" in each.extra_tags][-1]
    address = next(tag for tag in toast.extra_tags.split() if tag.startswith("undo:"))
    undone = client.post(address.removeprefix("undo:"))
    return " ".join(map(str, get_messages(undone.wsgi_request)))


def asked(case, by):
    return ask(case=case, to="constituent", text="Which flat?", due_on=timezone.localdate(), by=by)


def stranger(**more):
    return MessageFactory(
        from_name="Cuthbert Osei", from_address="c@post.example", subject="Passport delay",
        text="Our passport has not come and we fly on Thursday. My number is 07700 900461, WX4 7QP.", **more,
    )  # fmt: skip


def test_accepting_a_stranger_and_z_leaves_neither_case_nor_person_nor_figure(client, ana):
    message = stranger()
    done = accept(client, message)
    reference = Case.objects.get().reference
    gather(everything=True)

    said = press_z(client, done)
    gather(everything=True)

    message.refresh_from_db()
    assert (message.case, message.person, message.taken_by, message.urgency) == (None, None, None, "")
    assert not Case.objects.exists()
    assert not Person.objects.exists()
    assert not Fact.objects.exists()
    assert f"{reference}, opened for it, is gone again" in said
    assert Trace.objects.get(kind=Trace.Kind.ERASED).detail == {"reference": reference}
    assert verify().is_sound
    log = client.get(reverse("inbox-log")).content.decode()
    assert f"{reference}</span> <span>opened for it and gone again" in log


def test_the_number_of_a_case_that_is_gone_is_not_given_out_again(client, ana):
    message = stranger()
    done = accept(client, message)
    reference = Case.objects.get().reference
    press_z(client, done)

    accept(client, message)

    assert Case.objects.get().reference > reference


def test_a_case_on_which_somebody_wrote_since_stays_and_is_named(client, ana):
    message = stranger()
    done = accept(client, message)
    case = Case.objects.get()
    client.post(reverse("case-notes", args=[case.pk]), {"text": "She rang: the funeral is on Friday."})

    said = press_z(client, done)

    message.refresh_from_db()
    assert message.is_untriaged
    assert f"{case.reference} stays" in said
    assert case.events.filter(text__startswith="She rang").exists()
    assert case.events.filter(text__startswith="Taken off this case").exists()


def test_a_person_whose_record_was_changed_since_stays(client, ana):
    done = accept(client, stranger())
    Person.objects.update(full_name="Cuthbert Osei-Dunmore")

    press_z(client, done)

    assert not Case.objects.exists()
    assert Person.objects.get().full_name == "Cuthbert Osei-Dunmore"


def test_a_case_older_than_a_day_is_not_taken_for_a_mistake(client, ana):
    message = stranger()
    done = accept(client, message)
    Case.objects.update(opened_at=timezone.now() - timedelta(days=2))

    assert "stays" in press_z(client, done)
    assert Case.objects.count() == 1


def test_whoever_may_open_no_case_takes_none_away(client, ana):
    done = accept(client, stranger())
    client.force_login(StaffFactory(assistant=True))

    press_z(client, done)

    assert Case.objects.count() == 1


def test_z_puts_back_the_urgency_the_question_and_the_claim(client, ana, nia):
    case = CaseFactory(person=nia, urgency="URG-1", owner=ana)
    question = asked(case, ana)
    message = MessageFactory(
        from_address="nia@post.example", urgency="URG-4", text="Flat 3.", received_at=timezone.now()
    )
    done = filed(client, message, case)
    case.refresh_from_db()
    question.refresh_from_db()
    between = (case.urgency, question.ended_at is not None)

    said = press_z(client, done)

    case.refresh_from_db()
    question.refresh_from_db()
    message.refresh_from_db()
    assert between == ("URG-4", True)
    assert (case.urgency, question.ended_at, message.taken_by) == ("URG-1", None, None)
    assert f"The urgency of {case.reference} is “" in said
    assert f"{case.reference} waits for" in said
    assert case.events.filter(kind=Event.Kind.TAGGED).count() == 2
    assert verify().is_sound


def test_z_gives_the_message_back_to_the_colleague_who_had_it(client, ana, nia):
    tom = StaffFactory(first_name="Tom")
    message = MessageFactory(from_address="nia@post.example", taken_by=tom)

    press_z(client, filed(client, message, CaseFactory(person=nia)))

    message.refresh_from_db()
    assert (message.taken_by, message.person) == (tom, None)


def test_what_another_message_asked_for_meanwhile_stays(client, ana, nia):
    case = CaseFactory(person=nia, urgency="URG-1", owner=ana)
    question = asked(case, ana)
    first, second = (
        MessageFactory(from_address="nia@post.example", urgency=each, received_at=timezone.now())
        for each in ("URG-4", "URG-3")
    )
    done = filed(client, first, case)
    filed(client, second, case)

    press_z(client, done)

    case.refresh_from_db()
    question.refresh_from_db()
    assert case.urgency == "URG-3"
    assert question.ended_at is not None


def test_an_urgency_that_somebody_said_since_stays(client, ana, nia):
    case = CaseFactory(person=nia, urgency="URG-1", owner=ana)
    done = filed(client, MessageFactory(from_address="nia@post.example", urgency="URG-4"), case)
    Case.objects.filter(pk=case.pk).update(urgency="URG-2")

    press_z(client, done)

    case.refresh_from_db()
    assert case.urgency == "URG-2"


def test_an_urgency_lowered_since_is_not_raised_by_another_message(client, ana, nia):
    case = CaseFactory(person=nia, urgency="URG-1", owner=ana)
    done = filed(client, MessageFactory(from_address="nia@post.example", urgency="URG-4"), case)
    filed(client, MessageFactory(from_address="nia@post.example", urgency="URG-3"), case)
    Case.objects.filter(pk=case.pk).update(urgency="URG-1")

    press_z(client, done)

    case.refresh_from_db()
    assert case.urgency == "URG-1"


@pytest.mark.parametrize(("wrote", "level"), [(False, "SEN-1"), (True, "SEN-3")])
def test_who_may_know_goes_back_only_while_nobody_wrote_under_it(client, ana, nia, wrote, level):
    client.force_login(StaffFactory(role=Role.SENIOR_CASEWORKER))
    case = CaseFactory(person=nia, sensitivity="SEN-1", owner=ana)
    message = MessageFactory(from_address="nia@post.example", sensitivity="SEN-3")
    done = filed(client, message, case)
    if wrote:
        case.record(Event.Kind.NOTE, by=StaffFactory(), text="She told me what happened at school.")

    said = press_z(client, done)

    case.refresh_from_db()
    assert case.sensitivity == level
    assert ("something was done on it since" in said) is wrote


def test_a_toast_takes_back_its_own_decision_and_no_later_one(client, ana, nia):
    case = CaseFactory(person=nia, owner=ana)
    message = MessageFactory(from_address="nia@post.example")
    first = filed(client, message, CaseFactory(person=nia, owner=ana))
    client.post(reverse("message-undo", args=[message.pk]))
    filed(client, message, case)

    said = press_z(client, first)

    message.refresh_from_db()
    assert message.case == case
    assert "was changed since" in said


def test_a_split_and_z_leave_no_case_that_was_opened_for_it(client, ana):
    message = stranger()
    parts = [("HOU-DAMP", "Mould"), ("BEN-UC", "Credit stopped")]
    sent = {"full_name": "Cuthbert Osei", "email": "c@post.example"}
    for at, (category, title) in enumerate(parts):
        sent |= {f"part{at}-category": category, f"part{at}-title": title, f"part{at}-text": "Words."}
    done = client.post(reverse("message-splitting", args=[message.pk]), sent)
    opened = Case.objects.count()

    said = press_z(client, done)

    assert opened == 2
    assert not Case.objects.exists()
    assert not Person.objects.exists()
    assert said.count("is gone again") == 2


def test_companions_come_back_with_the_case_that_was_opened_for_all(client, ana):
    leader = stranger()
    other = stranger(together=leader)

    press_z(client, accept(client, leader))

    other.refresh_from_db()
    assert other.is_untriaged
    assert not Case.objects.exists()


# --- acts that decide nothing -------------------------------------------------------------------------


def take(client, message, act="take"):
    return client.post(reverse("message-taking", args=[message.pk]), {"act": act})


def test_a_claim_can_be_taken_back_and_so_can_letting_go(client, ana):
    message = MessageFactory()
    claimed = take(client, message)
    press_z(client, claimed)
    message.refresh_from_db()
    after_claim = message.taken_by
    take(client, message)

    press_z(client, take(client, message, "release"))

    message.refresh_from_db()
    assert after_claim is None
    assert message.taken_by == ana


def test_taking_a_claim_back_leaves_what_was_done_after_it(client, ana):
    message = MessageFactory()
    claimed = take(client, message)
    client.post(reverse("message-snoozing", args=[message.pk]), {"until": "reply"})

    press_z(client, claimed)

    message.refresh_from_db()
    assert message.taken_by is None
    assert Snooze.objects.filter(message=message).exists()


def test_waking_can_be_taken_back(client, ana):
    message = MessageFactory()
    day = timezone.localdate() + timedelta(days=9)
    Snooze.objects.create(message=message, until=day, by=ana)
    done = client.post(reverse("message-snoozing", args=[message.pk]), {"until": "now"})
    woken = Snooze.objects.exists()

    press_z(client, done)

    assert not woken
    assert Snooze.objects.get().until == day


def test_taking_apart_can_be_taken_back(client, ana):
    leader = MessageFactory(from_address="nia@post.example")
    other = MessageFactory(from_address="nia@post.example", together=leader)
    done = client.post(reverse("message-together", args=[leader.pk]), {"act": "apart"})
    other.refresh_from_db()
    between = other.together

    press_z(client, done)

    other.refresh_from_db()
    assert between is None
    assert other.together == leader


def test_the_log_has_pages_and_one_stays_on_hers(client, ana):
    for _ in range(51):
        take(client, MessageFactory())
    address = reverse("inbox-log")

    first, second = (client.get(address, {"of": "all", "page": page}) for page in (1, 2))
    act = second.context["acts"][0].act
    undone = client.post(
        reverse("act-undo", args=[act.pk]), {"from": "log", "of": "all", "page": "2"}, follow=True
    )

    assert (len(first.context["acts"]), len(second.context["acts"])) == (50, 1)
    assert "1 to 50 of 51" in first.content.decode()
    assert undone.redirect_chain[-1][0] == f"{address}?of=all&page=2"
    assert "Taken back by Ana Lys" in undone.content.decode()


def test_the_log_says_who_claimed_and_offers_the_way_back(client, ana):
    message = MessageFactory(subject="Bins")
    take(client, message)

    page = client.get(reverse("inbox-log")).content.decode()

    assert "Claimed" in page
    assert "Take back" in page
