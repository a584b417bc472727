"""Campaigns at the desk: one row, one decision, one answer; and what nobody may see there."""

from __future__ import annotations

import pytest
from django.urls import reverse

from opencasework.office.campaigns.gathering import gather
from opencasework.office.campaigns.models import Campaign, Likeness
from opencasework.office.cases.access import restrict
from opencasework.office.cases.models import CasePerson
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import Person
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.figures.actions import gather as gather_figures
from opencasework.office.figures.models import Fact
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.tests.factories import MessageFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

from .factories import TEXT, campaign_mail, many

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def ana(client):
    OfficeFactory(postcode_prefixes="WX3, WX4")
    ana = StaffFactory(first_name="Ana")
    client.force_login(ana)
    return ana


def page(client, campaign, query=""):
    return client.get(f"/campaigns/{campaign.pk}/{query}").content.decode()


def decide(client, campaign, act):
    return client.post(f"/campaigns/{campaign.pk}/decision/", {"act": act})


def act_on(client, campaign, message, act):
    return client.post(f"/campaigns/{campaign.pk}/messages/{message.pk}/", {"act": act})


def proposed(number=6, **fields):
    mails = many(number, **fields)
    gather()
    return Campaign.objects.latest("pk"), mails


def test_the_inbox_shows_one_row_for_all_and_a_row_for_each_that_needs_a_look(client, ana):
    proposed(5)
    calls = campaign_mail(after="Please help me: I am to be evicted on Friday.")
    MessageFactory(subject="Bin day")
    gather()

    shown = client.get("/inbox/").content.decode()

    assert "6 near-identical emails since " in shown
    assert "1 needs a look" in shown
    assert f"/inbox/messages/{calls.pk}/" in shown
    assert shown.count('class="row-title"') == 3


def test_an_inbox_with_nothing_but_a_campaign_still_shows_it(client, ana):
    proposed()

    shown = client.get("/inbox/").content.decode()

    assert "6 near-identical emails" in shown
    assert "No single message waits" in shown


def test_confirming_makes_campaign_mail_of_all_but_those_who_need_a_look(client, ana):
    campaign, mails = proposed()
    calls = campaign_mail(after="Please help me: I am to be evicted on Friday.")
    gather()

    decide(client, campaign, "confirm")

    assert Message.objects.filter(decision="campaign", decided_by=ana).count() == len(mails)
    assert list(Message.objects.untriaged()) == [calls]
    assert "1 needs a look" in client.get("/inbox/").content.decode()


def test_what_comes_after_the_confirmation_joins_by_itself_and_who_needs_a_look_does_not(client, ana):
    campaign, _ = proposed()
    decide(client, campaign, "confirm")
    late = campaign_mail()
    calls = campaign_mail(after="I have been homeless since May.")

    gather()

    late.refresh_from_db()
    assert (late.decision, late.decided_by) == ("campaign", None)
    assert list(Message.objects.untriaged()) == [calls]


def test_the_confirmation_can_be_taken_back(client, ana):
    campaign, mails = proposed()
    decide(client, campaign, "confirm")

    decide(client, campaign, "unconfirm")
    gather()

    campaign.refresh_from_db()
    assert campaign.state == "proposed"
    assert campaign.gathered.count() == len(mails)
    assert not Message.objects.filter(decision="campaign").exists()


def test_what_is_no_campaign_stands_in_the_inbox_one_by_one_and_is_not_proposed_again(client, ana):
    campaign, mails = proposed()

    decide(client, campaign, "dismiss")
    campaign_mail()
    gather()

    assert Message.objects.untriaged().count() == len(mails) + 1
    assert "near-identical" not in client.get("/inbox/").content.decode()
    assert Campaign.objects.count() == 1


def test_the_page_shows_the_common_text_and_beside_each_sender_what_they_added(client, ana):
    proposed(5)
    added = campaign_mail(after="My son learned to read <there>.", name="Mabel Yardley")
    gather()

    shown = page(client, Campaign.objects.get())

    assert TEXT.split("\n\n")[1] in shown
    assert "My son learned to read &lt;there&gt;." in shown
    assert shown.index("Mabel Yardley") < shown.index("The same words as the others")
    assert f"/inbox/messages/{added.pk}/" in shown


def test_those_outside_the_area_can_be_looked_at_apart(client, ana):
    campaign, _ = proposed(5)
    campaign_mail(postcode="LS1 4DY", name="Far Away")
    gather()

    shown = page(client, campaign, "?show=elsewhere")

    assert "Far Away" in shown
    assert shown.count("Not part of it") == 1


def test_one_that_was_looked_at_is_campaign_mail_and_can_be_put_back(client, ana):
    campaign, _ = proposed(5)
    calls = campaign_mail(after="The landlord of the pub agrees.")
    gather()
    decide(client, campaign, "confirm")

    act_on(client, campaign, calls, "looked")
    calls.refresh_from_db()
    assert calls.decision == "campaign"

    act_on(client, campaign, calls, "look")
    gather()
    assert list(Message.objects.untriaged()) == [calls]
    assert calls.likeness.campaign == campaign


@pytest.mark.parametrize("confirmed", [True, False])
def test_one_taken_out_stands_in_the_inbox_and_stays_out_until_it_is_put_in_again(client, ana, confirmed):
    campaign, mails = proposed()
    if confirmed:
        decide(client, campaign, "confirm")

    answer = client.post(f"/campaigns/{campaign.pk}/messages/{mails[0].pk}/", {"act": "out"}, follow=True)
    gather()
    assert list(Message.objects.untriaged()) == [mails[0]]
    assert f"/campaigns/{campaign.pk}/messages/{mails[0].pk}/?act=in" in answer.content.decode()

    client.post(f"/campaigns/{campaign.pk}/messages/{mails[0].pk}/?act=in")
    assert not Message.objects.untriaged().exists()
    assert campaign.gathered.count() == len(mails)


def test_a_message_that_waits_is_found_and_put_in(client, ana):
    campaign, _ = proposed()
    decide(client, campaign, "confirm")
    other = MessageFactory(subject="Books for all", text="Keep the library.")

    found = client.get(f"/campaigns/{campaign.pk}/messages/", {"q": "books"}).content.decode()
    assert f"/campaigns/{campaign.pk}/messages/{other.pk}/" in found
    act_on(client, campaign, other, "in")

    other.refresh_from_db()
    assert other.decision == "campaign"
    assert other.likeness.additions == ["Keep the library."]


def test_the_key_m_on_a_message_gathers_it_to_its_campaign_and_undo_takes_it_out(client, ana):
    campaign, mails = proposed()
    client.post(f"/inbox/messages/{mails[0].pk}/decision/", {"decision": "campaign"})
    odd = MessageFactory(subject="Odd", text="Save it!")
    client.post(
        f"/inbox/messages/{odd.pk}/decision/", {"decision": "campaign", "note": "save fenwick library"}
    )

    gather()
    assert campaign.gathered.filter(message__in=[odd, mails[0]]).count() == 2

    client.post(f"/inbox/messages/{odd.pk}/undo/")
    gather()
    assert not campaign.gathered.filter(message=odd).exists()
    assert odd in Message.objects.untriaged()


def test_the_key_m_on_a_message_like_no_other_begins_a_campaign_that_the_next_ones_join(client, ana):
    first = campaign_mail()
    client.post(f"/inbox/messages/{first.pk}/decision/", {"decision": "campaign"})
    gather()
    campaign_mail()
    gather()

    campaign = Campaign.objects.get()
    assert (campaign.name, campaign.state, campaign.gathered.count()) == ("Save Fenwick Library", "open", 2)
    assert not Message.objects.untriaged().exists()


def test_two_campaigns_become_one_and_one_is_renamed_closed_and_opened_again(client, ana):
    campaign, mails = proposed()
    text = (
        "Hedgehogs walk two kilometres a night and find no mate behind boards. Ask for a hole in each fence."
    )
    other, more = proposed(5, text=text, subject="Hedgehogs")

    client.post(f"/campaigns/{other.pk}/merge/", {"into": campaign.pk})
    client.post(f"/campaigns/{campaign.pk}/name/", {"name": "Books \u202dand hedgehogs"})
    decide(client, campaign, "confirm")
    campaign_mail(text=text, subject="Hedgehogs")
    gather()

    campaign.refresh_from_db()
    assert campaign.name == "Books and hedgehogs"
    assert campaign.gathered.count() == len(mails) + len(more) + 1
    decide(client, campaign, "close")
    campaign_mail()
    gather()
    assert campaign.gathered.count() == len(mails) + len(more) + 1
    decide(client, campaign, "reopen")
    campaign.refresh_from_db()
    assert campaign.state == "open"


def test_everybody_in_it_is_on_record_once_found_or_made_and_it_counts_as_policy_mail(
    client, ana, time_machine_hour
):
    known = PersonFactory(full_name="Nia Pryce", email__address="nia@post.example")
    campaign, _ = proposed(5)
    theirs = campaign_mail(name="Nia Pryce", from_address="nia@post.example")
    hers = campaign_mail(name="Carys Pryce-Jones", from_address="nia@post.example")
    outside = campaign_mail(postcode="LS1 4DY", name="Far Away", from_address="far@post.example")
    gather()
    decide(client, campaign, "confirm")
    gather()

    theirs.refresh_from_db()
    hers.refresh_from_db()
    outside.refresh_from_db()
    assert theirs.person == known
    assert hers.person.full_name == "Carys Pryce-Jones"
    assert not outside.person.is_constituent
    assert not Message.objects.filter(decision="campaign", person=None).exists()
    people = Person.objects.count()
    gather()
    assert Person.objects.count() == people

    time_machine_hour()
    gather_figures()
    assert set(Fact.objects.values_list("measure", flat=True)) == {"policy_messages"}
    assert Fact.objects.count() == 8


@pytest.fixture
def time_machine_hour():
    """Lets the hour pass in which a decision is often taken back."""

    def pass_it():
        for message in Message.objects.exclude(decided_at=None):
            message.decided_at = message.decided_at.replace(year=message.decided_at.year - 1)
            message.save(update_fields=["decided_at"])

    return pass_it


# --- what nobody may see ------------------------------------------------------------------------------


def test_mail_marked_as_sensitive_is_seen_and_counted_only_by_those_who_may(client, ana):
    campaign, mails = proposed()
    Message.objects.filter(pk=mails[0].pk).update(sensitivity="SEN-4", from_name="Secret Writer")
    boss = StaffFactory(role="member")

    shown = page(client, campaign)
    inbox = client.get("/inbox/").content.decode()
    client.force_login(boss)

    assert "Secret Writer" not in shown
    assert "5 messages" in shown
    assert "5 near-identical emails" in inbox
    assert "Secret Writer" in page(client, campaign)


def test_somebody_known_from_a_restricted_case_alone_is_not_seen_in_a_campaign(client, ana):
    owner = StaffFactory(first_name="Olwen")
    case = CaseFactory(by=owner)
    hidden = PersonFactory(full_name="Mair Hidden", email__address="mair@post.example")
    CasePerson.objects.create(case=case, person=hidden, role="constituent")
    restrict(case, by=owner)
    campaign, _ = proposed(5)
    theirs = campaign_mail(name="Mair Hidden", from_address="mair@post.example")
    gather()

    assert "Mair Hidden" not in page(client, campaign)
    assert act_on(client, campaign, theirs, "out").status_code == 404
    decide(client, campaign, "confirm")
    theirs.refresh_from_db()
    assert theirs.decision == ""  # nobody decides about what they may not see


def test_a_campaign_of_which_one_may_see_nothing_is_not_found(client, ana):
    campaign, mails = proposed()
    Message.objects.filter(pk__in=[mail.pk for mail in mails]).update(sensitivity="SEN-4")

    assert client.get(f"/campaigns/{campaign.pk}/").status_code == 404
    assert "Save Fenwick" not in client.get("/campaigns/").content.decode()
    assert "near-identical" not in client.get("/inbox/").content.decode()


def test_who_may_not_sort_the_inbox_sees_no_campaign(client, ana):
    campaign, mails = proposed()
    client.force_login(StaffFactory(volunteer=True))

    for path in ["/campaigns/", f"/campaigns/{campaign.pk}/", f"/campaigns/{campaign.pk}/letters/here/"]:
        assert client.get(path).status_code == 403
    assert act_on(client, campaign, mails[0], "out").status_code == 403
    assert Likeness.objects.filter(campaign=campaign).count() == len(mails)


def test_a_page_of_forty_asks_the_database_no_more_than_a_page_of_six(
    client, ana, django_assert_max_num_queries
):
    campaign, _ = proposed(6)
    client.get(reverse("campaign", args=[campaign.pk]))
    many(40)
    gather()

    with django_assert_max_num_queries(45):
        client.get(reverse("campaign", args=[campaign.pk]))
