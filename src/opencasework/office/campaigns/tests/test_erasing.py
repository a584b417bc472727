"""What is left of a campaign after its months: numbers, its text and the reply; and nobody's name."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from opencasework.office.audit.models import Trace
from opencasework.office.audit.verifying import verify
from opencasework.office.authority.models import Ask
from opencasework.office.campaigns import erasing
from opencasework.office.campaigns.gathering import gather
from opencasework.office.campaigns.keeping import keep_sent
from opencasework.office.campaigns.models import Answer, Campaign, Disposal
from opencasework.office.cases.access import restrict
from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import Person
from opencasework.office.figures.actions import gather as gather_figures
from opencasework.office.figures.models import Fact
from opencasework.office.inbox.models import Message, MessagePart, blobs
from opencasework.office.inbox.tests.factories import MessageFactory
from opencasework.office.inbox.tests.test_erasing import kept_words, search_for, tables_with
from opencasework.office.kit.tests.dying import die_at
from opencasework.office.letters.models import BadAddress, OutgoingMail
from opencasework.office.places.models import Office
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.tests.factories import CategoryFactory

from .answering import approve_it, arrange, send, write
from .factories import campaign_mail, many

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
LONDON = timezone.get_default_timezone()
DECIDED, ANSWERED = date(2026, 6, 8), date(2026, 6, 15)


@pytest.fixture
def at(time_machine):
    return lambda day: time_machine.move_to(
        datetime(day.year, day.month, day.day, 12, tzinfo=LONDON), tick=False
    )


@pytest.fixture
def desk(client, at):
    at(DECIDED)
    client.force_login(arrange())
    return client


def opened(desk, number=5, **fields) -> Campaign:
    mails = many(number, **fields)
    gather()
    campaign = Campaign.objects.get(gathered__message=mails[0])
    desk.post(f"/campaigns/{campaign.pk}/decision/", {"act": "confirm"})
    gather()
    return campaign


@pytest.fixture
def answered(desk, at, smtp) -> Campaign:
    """A campaign of six, decided about on 8 June; the reply and the note left on 15 June."""
    campaign = opened(desk, name="Fenella Quibbledon")
    campaign_mail(postcode="LS1 4DY", name="Ludo Zugzwang")
    gather()
    at(ANSWERED)
    desk.force_login(StaffFactory(member=True))
    write(desk, campaign)
    approve_it(desk, campaign)
    write(desk, campaign, "Dear {{ name }},\n\nAnother member.", audience="elsewhere")
    approve_it(desk, campaign, audience="elsewhere")
    send()
    keep_sent()
    assert OutgoingMail.objects.filter(state="sent").count() == 6
    return campaign


def test_it_goes_six_months_after_it_was_answered_and_the_page_says_so_beforehand(answered, desk):
    shown = desk.get(f"/campaigns/{answered.pk}/").content.decode()

    assert "Its messages are erased on 15 December 2026." in shown
    assert erasing.erase_due(date(2026, 12, 14)) == 0
    assert erasing.erase_due(date(2026, 12, 15)) == 6
    assert erasing.erase_due(date(2026, 12, 15)) == 0


def test_nothing_personal_is_left_and_the_numbers_are(answered, desk, at):
    at(date(2026, 12, 15))
    desk.force_login(StaffFactory(office_manager=True))
    search_for(desk, "zugzwang", "library")
    BadAddress.objects.create(address=Answer.objects.earliest("pk").address)
    absence = sent_back(from_name="F Quibbledon")
    desk.post(f"/inbox/messages/{absence.pk}/decision/", {"decision": "filed_away"})
    hashes = [each for each in Message.objects.values_list("sha256", flat=True) if each]
    before = tables_with("quibbledon", "zugzwang", "fenella.")

    erasing.erase_due()

    assert before >= {"inbox_message", "constituents_person", "letters_outgoingmail", "search_person"}
    assert tables_with("quibbledon", "zugzwang", "fenella.", "wx4 7qp") == set()
    assert not Message.objects.exists()
    assert not Person.objects.exists()
    assert not any(blobs().exists(each) for each in hashes)
    assert kept_words() == ["", "library"]
    assert verify().found == []
    day = Disposal.objects.get()
    assert (day.on, day.messages, day.inside, day.elsewhere) == (date(2026, 12, 15), 6, 5, 1)
    assert (day.replied, day.noted, day.people) == (5, 1, 6)
    line = Trace.objects.get(kind=Trace.Kind.FORGOTTEN).detail
    assert {name: line[name] for name in ("because", "campaign", "messages", "people")} == {
        "because": "campaign mail", "campaign": answered.pk, "messages": 6, "people": 6,
    }  # fmt: skip


def sent_back(**fields) -> Message:
    """What a machine sent back to one of the answers."""
    answer = OutgoingMail.objects.earliest("pk").message_id
    return MessageFactory(machine="absence", in_reply_to=answer, **fields)


def test_what_a_machine_sent_back_stays_until_somebody_has_decided_about_it(answered):
    waiting = sent_back(text="I am in hospital. Please call my sister.")

    assert erasing.erase_due(date(2026, 12, 15)) == 6

    assert list(Message.objects.all()) == [waiting]


def test_what_a_machine_sent_back_stays_where_a_case_was_made_of_a_part_of_it(answered, desk):
    absence = sent_back()
    part = MessagePart.objects.create(message=absence, case=CaseFactory(), by=StaffFactory(first_name="Ivo"))
    desk.post(f"/inbox/messages/{absence.pk}/decision/", {"decision": "filed_away"})
    absence.refresh_from_db()

    erasing.erase_due(date(2026, 12, 15))

    assert absence.decision == "filed_away"
    assert list(MessagePart.objects.all()) == [part]


def test_its_page_still_shows_how_many_wrote_what_they_wrote_and_the_reply(answered, desk, at):
    at(date(2026, 12, 15))
    desk.force_login(StaffFactory())
    erasing.erase_due()

    page = desk.get(f"/campaigns/{answered.pk}/").content.decode()
    reply = desk.get(f"/campaigns/{answered.pk}/letters/here/").content.decode()
    listed = desk.get("/campaigns/").content.decode()

    assert "6 messages were erased on 15 December 2026, and 6 people of whom nothing else is known." in page
    assert "<dt>Messages</dt><dd>6</dd>" in page
    assert "<dt>Outside Wexcombe North</dt><dd>1</dd>" in page
    assert "5 sent" in page
    assert "stand with the residents of Fenwick" in page
    assert "I shall speak for the library." in reply
    assert "6 messages, erased by 15 December 2026" in listed


def test_no_day_is_shown_for_what_stays_because_a_case_was_made_of_a_part_of_it(answered, desk):
    message = Message.objects.filter(direction="in").earliest("pk")
    part = MessagePart(message=message, case=CaseFactory(), by=StaffFactory(first_name="Ivo"))
    part.save()
    assert erasing.erase_due(date(2026, 12, 15)) == 5

    page = desk.get(f"/campaigns/{answered.pk}/").content.decode()

    assert "5 messages were erased on 15 December 2026" in page
    assert "messages are erased" not in page


def test_the_figures_of_what_was_erased_stay(answered, at):
    gather_figures(everything=True)
    counted = Fact.objects.filter(measure="policy_messages").count()
    erasing.erase_due(date(2026, 12, 15))

    gather_figures(everything=True)

    assert counted == 6
    assert Fact.objects.filter(measure="policy_messages").count() == 6


def test_what_became_a_case_stays_with_its_person_and_its_bytes(answered, desk):
    message = Message.objects.filter(direction="in").earliest("pk")
    desk.post(f"/inbox/messages/{message.pk}/undo/")
    gather()
    form = desk.get(f"/inbox/messages/{message.pk}/case/").context["form"]
    given = {name: form[name].value() or "" for name in form.fields}
    given |= {"full_name": message.from_name, "title": "A home", "category": CategoryFactory().code}
    answer = desk.post(f"/inbox/messages/{message.pk}/case/", given)
    assert answer.status_code == 302, answer.context["form"].errors
    case = Case.objects.get()

    assert erasing.erase_due(date(2026, 12, 15)) == 5

    message.refresh_from_db()
    assert message.case == case
    assert case.constituent.full_name == "Fenella Quibbledon"


def test_somebody_with_a_case_stays_whole_and_only_their_campaign_mail_goes(answered):
    person = Message.objects.filter(direction="in", person__isnull=False).earliest("pk").person
    CaseFactory().case_people.update(person=person)

    erasing.erase_due(date(2026, 12, 15))

    assert Person.objects.get(pk=person.pk).emails.exists()
    assert not person.messages.exists()
    assert Disposal.objects.get().people == 5


@pytest.mark.parametrize(
    "written",
    [
        {"contact_limit": "Letters only"}, {"safe_contact": "Text first"}, {"access_needs": "Large print"},
        {"needs_interpreter": True}, {"language": "cy"}, {"preferred_channel": "phone"},
        {"date_of_birth": date(1950, 1, 1)},
    ],
)  # fmt: skip
def test_somebody_of_whom_a_colleague_wrote_something_down_stays(answered, written):
    person = Person.objects.filter(full_name="Ludo Zugzwang")
    person.update(**written)

    erasing.erase_due(date(2026, 12, 15))

    assert list(Person.objects.all()) == list(person)


def test_somebody_whose_number_a_colleague_typed_stays_with_it(answered, desk):
    person = Person.objects.get(full_name="Ludo Zugzwang")
    page = reverse("person-phone-new", args=[person.pk])
    form = desk.get(page).context["form"]
    given = {name: form[name].value() or "" for name in form.fields} | {"number": "07700 900123"}
    assert desk.post(page, given).status_code == 302

    erasing.erase_due(date(2026, 12, 15))

    assert Person.objects.get().phone == "07700 900123"


def test_what_nobody_answered_goes_by_the_day_it_was_decided_about(desk):
    opened(desk)

    assert erasing.erase_due(date(2026, 12, 7)) == 0
    assert erasing.erase_due(date(2026, 12, 8)) == 5


def test_what_nobody_decided_about_stays(desk):
    many(5)
    gather()

    assert erasing.erase_due(date(2028, 1, 1)) == 0


def test_an_answer_that_has_not_left_is_waited_for(desk):
    campaign = opened(desk)
    write(desk, campaign)
    letter = campaign.letters.get()
    desk.post(f"/campaigns/{campaign.pk}/letters/here/approval/", {"version": letter.version, "on": "15 jun"})

    assert "erased on 15 December 2026" in desk.get(f"/campaigns/{campaign.pk}/").content.decode()
    assert erasing.erase_due(date(2027, 1, 8)) == 0
    assert OutgoingMail.objects.count() == 5


def test_an_office_may_keep_it_for_fewer_months(desk, answered):
    desk.force_login(StaffFactory(office_manager=True))
    rules = {"other_member_days": "30", "hold_seconds": "60", "postcode_prefixes": "WX3, WX4"}

    refused = desk.post("/settings/mail/", {**rules, "campaign_months": "25"})
    desk.post("/settings/mail/", {**rules, "campaign_months": "3"})

    assert "25 is not between 1 and 24 months" in refused.content.decode()
    assert Office.here().campaign_months == 3
    assert "erased on 15 September 2026" in desk.get(f"/campaigns/{answered.pk}/").content.decode()
    assert erasing.erase_due(date(2026, 9, 15)) == 6


@pytest.mark.parametrize(
    ("decided", "gone"), [(date(2026, 8, 31), date(2027, 2, 28)), (date(2026, 8, 28), date(2027, 2, 28))]
)
def test_the_end_of_a_short_month_ends_them_too(desk, at, decided, gone):
    at(decided)
    desk.force_login(StaffFactory())
    opened(desk)

    assert erasing.erase_due(gone - timedelta(days=1)) == 0
    assert erasing.erase_due(gone) == 5


def test_the_text_and_the_name_of_a_campaign_of_a_few_are_somebodys_own_and_go(desk):
    message = campaign_mail(text="My neighbour Ludo Zugzwang parks on the verge.", subject="Zugzwang")
    desk.post(f"/inbox/messages/{message.pk}/decision/", {"decision": "campaign"})
    gather()
    desk.get("/campaigns/")  # which says once what was decided
    assert Campaign.objects.get().common_text

    erasing.erase_due(date(2026, 12, 8))

    left = Campaign.objects.get()
    assert (left.name, left.common_text, left.state) == (f"Campaign {left.pk}", "", "closed")
    assert "zugzwang" not in desk.get("/campaigns/").content.decode().lower()


def test_one_writer_on_five_days_is_one_writer_and_their_text_and_letters_go(desk, at, smtp):
    for day in range(5):
        at(DECIDED + timedelta(days=day))
        message = campaign_mail(
            text="My neighbour Ludo Zugzwang parks on the verge.", subject="Zugzwang",
            from_address="nosy@post.example",
        )  # fmt: skip
        desk.post(f"/inbox/messages/{message.pk}/decision/", {"decision": "campaign"})
        gather()
    desk.get("/campaigns/")
    campaign = Campaign.objects.get()
    write(desk, campaign, "About Mr Zugzwang.", subject="Re: Zugzwang")
    assert campaign.gathered.count() == 5

    for day in range(5):
        assert erasing.erase_due(date(2026, 12, 8) + timedelta(days=day)) == 1

    desk.cookies.clear()  # with what the page said once of each decision
    desk.force_login(StaffFactory(member=True))
    for path in ("/campaigns/", f"/campaigns/{campaign.pk}/", f"/campaigns/{campaign.pk}/letters/here/"):
        page = desk.get(path)
        assert page.status_code == 200
        assert "zugzwang" not in page.content.decode().lower()
    assert tables_with("zugzwang") == set()


def test_five_writers_whose_mail_goes_on_five_days_are_five(desk, at):
    campaign = opened(desk)
    for day, message in enumerate(Message.objects.order_by("pk")):
        Message.objects.filter(pk=message.pk).update(decided_at=message.decided_at + timedelta(days=day))

    for day in range(5):
        assert erasing.erase_due(date(2026, 12, 8) + timedelta(days=day)) == 1

    assert "stand with the residents of Fenwick" in desk.get(f"/campaigns/{campaign.pk}/").content.decode()


def test_a_campaign_of_restricted_mail_stays_with_those_who_saw_it(desk):
    campaign = opened(desk)
    Message.objects.update(sensitivity="SEN-3")
    member, caseworker = StaffFactory(member=True), StaffFactory(first_name="Kofi")

    def status(who, path=f"/campaigns/{campaign.pk}/"):
        desk.force_login(who)
        return desk.get(path).status_code

    before = status(caseworker), status(member)
    erasing.erase_due(date(2026, 12, 8))

    assert before == (status(caseworker), status(member)) == (404, 200)
    assert status(caseworker, f"/campaigns/{campaign.pk}/letters/here/") == 404
    desk.force_login(caseworker)
    assert campaign.name not in desk.get("/campaigns/").content.decode()


def test_a_campaign_of_which_somebody_saw_one_message_is_still_seen(desk):
    campaign = opened(desk)
    Message.objects.exclude(pk=Message.objects.earliest("pk").pk).update(sensitivity="SEN-4")
    erasing.erase_due(date(2026, 12, 8))

    desk.force_login(StaffFactory(first_name="Kofi"))
    assert desk.get(f"/campaigns/{campaign.pk}/").status_code == 200


def test_a_campaign_of_somebody_known_from_a_restricted_case_alone_stays_a_secret(desk):
    campaign = opened(desk)
    case = CaseFactory(by=StaffFactory(first_name="Priya"))
    for person in Person.objects.filter(messages__isnull=False):
        case.case_people.create(person=person)
    restrict(case, by=case.owner)
    desk.force_login(StaffFactory(first_name="Kofi"))
    before = desk.get(f"/campaigns/{campaign.pk}/").status_code

    erasing.erase_due(date(2026, 12, 8))

    assert before == desk.get(f"/campaigns/{campaign.pk}/").status_code == 404


def test_a_campaign_whose_mails_all_bring_forms_of_a_restricted_case_stays_with_those_who_know_of_it(desk):
    campaign = opened(desk)
    case = CaseFactory(by=StaffFactory(first_name="Priya"))
    ask = Ask.objects.create(case=case, person=case.constituent, made_by=case.owner)
    for message in Message.objects.all():
        file = message.attachments.create(position=0, filename="form.pdf", sha256="0" * 64, size=1)
        file.forms.add(ask)
    restrict(case, by=case.owner)
    desk.force_login(StaffFactory(first_name="Kofi"))
    before = desk.get(f"/campaigns/{campaign.pk}/").status_code

    erasing.erase_due(date(2026, 12, 8))

    assert before == desk.get(f"/campaigns/{campaign.pk}/").status_code == 404


def test_a_campaign_of_which_something_was_erased_is_not_put_back(desk, answered):
    erasing.erase_due(date(2026, 12, 15))

    desk.post(f"/campaigns/{answered.pk}/decision/", {"act": "unconfirm"})
    desk.post(f"/campaigns/{answered.pk}/letters/here/undo/")

    answered.refresh_from_db()
    assert answered.state == "open"
    assert answered.letters.get(audience="here").approved_at


@pytest.mark.django_db(transaction=True)
def test_who_dies_while_erasing_has_erased_nothing_and_the_next_turn_does(desk):
    opened(desk)
    connections.close_all()
    child = os.fork()
    if child == 0:
        die_at(1)
        try:
            erasing.erase_due(date(2026, 12, 8))
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    left = Message.objects.count(), Person.objects.count(), Disposal.objects.count()

    assert left == (5, 5, 0)
    assert erasing.erase_due(date(2026, 12, 8)) == 5
    assert Disposal.objects.get().messages == 5


@pytest.mark.django_db(transaction=True)
def test_an_office_that_is_brought_up_to_date_has_thirty_days_before_anything_goes(desk, at):
    campaign = opened(desk)
    at(date(2027, 3, 1))
    call_command("migrate", "places", "0002", verbosity=0)
    call_command("migrate", verbosity=0)
    desk.force_login(StaffFactory(office_manager=True))

    assert "erased on 31 March 2027" in desk.get(f"/campaigns/{campaign.pk}/").content.decode()
    assert "Nothing is erased before 31 March 2027." in desk.get("/settings/mail/").content.decode()
    assert erasing.erase_due(date(2027, 3, 30)) == 0
    assert erasing.erase_due(date(2027, 3, 31)) == 5
