"""What is gathered into a campaign, and what never is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from opencasework.office.campaigns import actions
from opencasework.office.campaigns.gathering import gather, gather_new
from opencasework.office.campaigns.likeness import FEWEST_SHARED, Groups, Sketch, in_order, likeness
from opencasework.office.campaigns.models import Campaign, Likeness
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox.models import Attachment, Message
from opencasework.office.inbox.tests.factories import MessageFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

from .factories import TEXT, campaign_mail, many

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture(autouse=True)
def office(db):
    return OfficeFactory(postcode_prefixes="WX3, WX4")


def test_five_people_who_write_the_same_make_a_campaign_named_after_its_subject():
    many(4)
    gather()
    assert not Campaign.objects.exists()

    campaign_mail()
    gather()

    campaign = Campaign.objects.get()
    assert (campaign.name, campaign.state, campaign.gathered.count()) == (
        "Save Fenwick Library",
        "proposed",
        5,
    )
    assert campaign.common_text == TEXT


def test_one_person_who_writes_five_times_makes_none():
    many(5, from_address="nia@post.example")

    gather()

    assert not Campaign.objects.exists()


def test_a_line_edited_or_left_out_and_paragraphs_in_another_order_are_gathered_all_the_same():
    one, two, three = TEXT.split("\n\n")
    many(5)
    campaign_mail(text="\n\n".join([three, one, two]))
    campaign_mail(text="\n\n".join([one, two]))
    campaign_mail(text=TEXT.replace("Nobody has asked the people", "Not one of you asked the people"))
    campaign_mail(text=TEXT.replace("\n\n", " "))

    gather()

    assert Campaign.objects.get().gathered.count() == 9


def test_what_somebody_added_at_the_start_and_at_the_end_is_lifted_out_to_the_letter():
    many(5)
    story = "My son learned to read there. He is a teacher now."
    added = campaign_mail(before=story, after="I voted for you last time.")

    gather()

    assert added.likeness.additions == [story, "I voted for you last time."]
    assert not added.likeness.look_reason


def test_an_edited_line_is_shown_as_changed_not_as_an_addition():
    many(5)
    edited = campaign_mail(
        text=TEXT.replace("lent more than ninety thousand", "lent to my children at least nine")
    )

    gather()

    assert edited.likeness.additions == []
    assert "nine books" in edited.likeness.changed[0]


@pytest.mark.parametrize(
    "cry",
    [
        "I also have a problem of my own: the landlord says I must be out by Friday.",
        "PS My mother's care home closes in a month.",
        "Can you help me with my PIP? It was stopped in May.",
    ],
)
def test_a_call_for_help_inside_campaign_mail_stands_in_the_inbox_with_its_reason(cry):
    many(6)
    calls = campaign_mail(after=cry)

    gather()

    assert calls.likeness.additions == [cry]
    assert calls.likeness.look_reason.startswith("It mentions")
    assert list(Message.objects.untriaged()) == [calls]


def test_a_call_for_help_below_the_name_is_not_taken_for_an_address():
    many(5)
    calls = campaign_mail()
    calls.reply_text += "\n\nYours,\nNia Pryce\n14 Larkmoor Rise\n\nEvicted on Friday please ring me"
    calls.save()

    gather()

    assert "evicted" in calls.likeness.look_reason


def test_casework_on_the_same_theme_is_no_campaign_mail():
    many(5)
    own = MessageFactory(
        subject="Fenwick Library",
        text="The lift at Fenwick Library broke in March. My mother's wheelchair cannot reach the computers.",
        received_at=timezone.now(),
    )

    gather()

    assert own.likeness.campaign is None


def test_who_lives_outside_the_area_is_told_apart_by_the_postcode():
    many(5)
    outside = campaign_mail(postcode="LS1 4DY")

    gather()

    assert outside.likeness.in_area is False
    assert Likeness.objects.filter(in_area=True).count() == 5


def test_gathering_twice_changes_nothing_and_what_comes_later_joins():
    many(5)
    gather()
    before = list(Likeness.objects.values())

    gather()
    assert list(Likeness.objects.values()) == before

    campaign_mail()
    gather()
    assert Campaign.objects.get().gathered.count() == 6


def test_what_dies_in_the_middle_is_done_again(monkeypatch):
    many(6)
    monkeypatch.setattr("opencasework.office.campaigns.gathering._write", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        gather()
    assert not Campaign.objects.exists()
    monkeypatch.undo()

    gather()

    assert Campaign.objects.get().gathered.count() == 6


@pytest.mark.parametrize("at_most", [1, 2, 3, 100])
def test_however_few_are_looked_at_in_a_turn_the_campaign_is_the_same(at_most):
    many(8)

    gather(at_most=at_most)

    assert Campaign.objects.get().gathered.count() == 8


def test_old_mail_automatic_replies_and_what_is_on_a_case_are_left_alone():
    many(3, received_at=timezone.now() - timedelta(days=90))
    many(3, auto_reply=True)

    gather()

    assert not Likeness.objects.exists()


def test_two_campaigns_of_one_cause_stay_two():
    other = (
        "The county proposes that Fenwick Library should shut at three o'clock on every weekday. "
        "Volunteers have offered to keep the doors open until seven, and the union supports them.\n\n"
        "Last year the library lent more than ninety thousand books and ran a homework club on four evenings "
        "a week."
    )
    many(6)
    many(6, text=other, subject="Keep the evening hours")

    gather()

    assert sorted(each.gathered.count() for each in Campaign.objects.all()) == [6, 6]
    assert {each.name for each in Campaign.objects.all()} == {
        "Save Fenwick Library",
        "Keep the evening hours",
    }


def test_a_paragraph_that_the_first_five_left_out_is_no_addition_of_all_who_come_later():
    one, two, three = TEXT.split("\n\n")
    short = many(5, text=f"{one}\n\n{three}")
    gather()
    later = many(9)
    gather()

    campaign = Campaign.objects.get()
    assert campaign.common_text == TEXT
    assert {tuple(mail.likeness.additions) for mail in [*short, *later]} == {()}
    assert two in campaign.common_text


def test_what_one_person_wrote_into_a_sentence_is_never_part_of_the_common_text():
    many(4)
    campaign_mail(text=TEXT.replace("Nobody has asked", "My daughter Mair Hidden says that nobody has asked"))

    gather()

    assert "Mair" not in Campaign.objects.get().common_text


def test_the_command_gathers_too(capsys):
    many(5)

    call_command("gather_campaigns")

    assert capsys.readouterr().out == "5 messages looked at, 5 gathered, 1 proposed.\n"


def test_words_of_thanks_make_no_campaign_and_gather_no_letter_that_begins_with_them():
    many(6, text="Thank you for your reply.", subject="Re: Library")
    MessageFactory(
        text="Thank you for your reply. My landlord has now changed the locks.", received_at=timezone.now()
    )

    gather()

    assert not Campaign.objects.exists()


def test_one_that_came_with_a_file_or_is_tagged_as_urgent_needs_a_look():
    many(5)
    with_file, urgent = campaign_mail(), campaign_mail(urgency="URG-3")
    Attachment.objects.create(message=with_file, position=0, filename="notice.pdf", size=1, sha256="0" * 64)

    gather()

    assert with_file.likeness.look_reason == "It came with a file."
    assert urgent.likeness.look_reason.startswith("It is tagged")
    assert set(Message.objects.untriaged()) == {with_file, urgent}


def test_a_subject_that_only_one_person_wrote_names_no_campaign():
    for number in range(5):
        campaign_mail(subject=f"From Mrs Secret {number}")

    gather()

    assert Campaign.objects.get().name.startswith("I am writing to ask you")


traces = st.frozensets(st.integers(0, 400), max_size=60)


@given(traces, traces)
@settings(max_examples=60, deadline=None)
def test_likeness_is_the_same_both_ways_and_whole_of_what_stands_in_the_other(one, other):
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1
    if len(one) >= FEWEST_SHARED:
        assert likeness(one, one | other) == 1


@given(st.lists(traces, max_size=25))
@settings(max_examples=40, deadline=None)
def test_no_message_is_ever_in_two_groups_or_lost(texts):
    groups = Groups()
    for number, text in enumerate(texts):
        groups.take(Sketch(number, str(number), in_order(text)))

    found = [sketch.pk for group in groups.settled(fewest=3) for sketch in group.members]

    assert len(found) == len(set(found))
    assert set(found) <= {number for number, text in enumerate(texts) if text}


def test_what_a_senders_domain_denies_is_put_on_record_for_nobody():
    ana = StaffFactory()
    nia = PersonFactory(full_name="Nia Pryce", email__address="nia@post.example")
    many(5)
    gather()
    actions.confirm(Campaign.objects.get(), by=ana)
    forged = campaign_mail(name="Nia Pryce", from_address="nia@post.example", sender_check="failed")

    gather()

    forged.refresh_from_db()
    assert forged.person is None
    assert not nia.messages.exists()


OWN_WORDS = (
    "My new number is 01632 960 417. Please ring after three, because I am at the hospital every morning."
)


@pytest.mark.parametrize("worker", ["between the two", "only afterwards"])
def test_campaign_mail_by_mistake_taken_back_gathers_nobody_elses_letter(client, worker):
    OfficeFactory()
    client.force_login(StaffFactory())
    mistaken = MessageFactory(subject="My new number", text=f"Dear Ms Holloway,\n\n{OWN_WORDS}\n\nNia Pryce")
    client.post(f"/inbox/messages/{mistaken.pk}/decision/", {"decision": "campaign"})
    if worker == "between the two":
        gather_new()

    client.post(f"/inbox/messages/{mistaken.pk}/undo/")
    gather_new()
    other = MessageFactory(subject="My new number", text=f"Dear Ms Holloway,\n\n{OWN_WORDS}\n\nOtto Bar")
    gather_new()

    mistaken.refresh_from_db()
    other.refresh_from_db()
    assert (mistaken.decision, other.decision) == ("", "")
    assert not Campaign.objects.filter(state=Campaign.State.OPEN).exists()
