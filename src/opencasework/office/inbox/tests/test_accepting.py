"""One key accepts everything that is suggested, and one undoes it."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.places.models import Office
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

from .factories import MessageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def ana(client):
    OfficeFactory()
    ana = StaffFactory(first_name="Ana", last_name="Lys")
    client.force_login(ana)
    return ana


def offered(client, message):
    return client.get(reverse("message", args=[message.pk])).context["accept"]


def accept(client, message, plan=None):
    plan = plan or offered(client, message)
    return client.post(reverse("message-accepted", args=[message.pk]), {"seen": plan.fingerprint})


def test_a_known_persons_mail_goes_on_their_case_with_its_tags_and_back(client, ana):
    nia = PersonFactory(full_name="Nia Pryce", email__address="nia@post.example")
    case = CaseFactory(person=nia)
    message = MessageFactory(from_address="nia@post.example", text="I was evicted. There is mould too.")

    done = accept(client, message)
    message.refresh_from_db()
    filed = (message.case, message.person, message.urgency, message.category is not None)
    [toast] = get_messages(done.wsgi_request)
    client.post(toast.extra_tags.removeprefix("undo:"))
    message.refresh_from_db()

    assert filed == (case, nia, "URG-3", True)
    assert (message.case, message.category, message.urgency) == (None, None, "")
    assert message.is_untriaged


def test_why_it_is_suggested_stands_beside_the_key_and_in_what_is_said_after_it(client, ana):
    nia = PersonFactory(full_name="Nia Pryce", email__address="nia@post.example")
    CaseFactory(person=nia)
    message = MessageFactory(from_address="nia@post.example")

    page = client.get(reverse("message", args=[message.pk])).content.decode()
    [toast] = get_messages(accept(client, message).wsgi_request)

    assert "with the tags above. An open case of Nia Pryce." in page
    assert "An open case of Nia Pryce" in str(toast)


def test_a_word_that_anybody_says_gets_no_button(client, ana):
    message = MessageFactory(
        from_address="x@post.example", subject="Hello", text="Please telephone me, or ring the office."
    )

    page = client.get(reverse("message", args=[message.pk]))

    assert page.context["beside"].found.categories == []
    assert reverse("message-tags-accepted", args=[message.pk]) not in page.content.decode()


def test_a_new_persons_mail_opens_a_case_with_everything_suggested(client, ana):
    message = MessageFactory(
        from_name="Cuthbert Osei", from_address="c@post.example", subject="Passport delay",
        text="Our passport has not come and we fly on Thursday. My number is 07700 900461, WX4 7QP.",
    )  # fmt: skip

    accept(client, message)

    case = Case.objects.get()
    assert case.title == "Passport delay"
    assert [issue.category.code for issue in case.issues.all()] == ["IMM-PASS"]
    assert case.owner == ana
    assert case.constituent.full_name == "Cuthbert Osei"
    assert case.constituent.email == "c@post.example"
    message.refresh_from_db()
    assert (message.case, message.person) == (case, case.constituent)


def test_what_changed_since_somebody_looked_is_not_accepted(client, ana):
    nia = PersonFactory(email__address="nia@post.example")
    CaseFactory(person=nia)
    message = MessageFactory(from_address="nia@post.example")
    plan = offered(client, message)
    Case.objects.update(closed_at="2026-11-01T00:00:00Z")

    accept(client, message, plan)

    message.refresh_from_db()
    assert message.case is None
    assert Case.objects.count() == 1


def test_a_stranger_who_names_a_case_is_never_accepted_by_one_key(client, ana):
    case = CaseFactory()
    message = MessageFactory(
        from_address="stranger@post.example", text=f"About {case.reference}, damp and mould"
    )

    assert offered(client, message) is None
    client.post(reverse("message-accepted", args=[message.pk]), {"seen": "x"})
    message.refresh_from_db()
    assert message.case is None


def test_where_two_people_may_have_written_a_person_chooses(client, ana):
    PersonFactory(email__address="family@post.example")
    PersonFactory(email__address="family@post.example")

    message = MessageFactory(from_address="family@post.example", text="There is mould")

    assert offered(client, message) is None


def test_a_word_or_two_that_anybody_says_open_no_case(client, ana):
    message = MessageFactory(
        from_name="Piotr Wrona", subject="My new number", text="Please ring after three."
    )

    assert offered(client, message) is None


def test_who_lives_in_another_area_gets_no_case_by_one_key(client, ana):
    Office.objects.update(postcode_prefixes="WX4")
    message = MessageFactory(
        from_name="Siân Llewelyn", subject="Passport delay", text="Our passport has not come.\n\nZZ9 9RL"
    )

    assert offered(client, message) is None


def test_a_second_press_changes_nothing(client, ana):
    message = MessageFactory(
        from_name="Cuthbert Osei", subject="Passport delay", text="Our passport has not come"
    )
    plan = offered(client, message)

    accept(client, message, plan)
    accept(client, message, plan)

    assert Case.objects.count() == 1


def test_the_page_says_what_the_key_would_do(client, ana):
    message = MessageFactory(
        from_name="Cuthbert Osei", subject="Passport delay", text="Our passport has not come"
    )

    page = client.get(reverse("message", args=[message.pk])).content.decode()

    assert "Accept all" in page
    assert f"A new case for {ana}: Passports" in page
    assert page.count('data-hotkey="y"') == 1


def test_a_message_tagged_as_sensitive_since_stays_so_when_it_is_taken_back(client, ana):
    PersonFactory(email__address="nia@post.example")
    message = MessageFactory(
        from_name="Cuthbert Osei", subject="Passport delay", text="Our passport has not come"
    )
    accept(client, message)
    tags = {"category": "IMM-PASS", "urgency": "URG-1", "sensitivity": "SEN-3", "transferability": "TRF-0"}
    client.force_login(StaffFactory(role="senior_caseworker"))
    client.post(reverse("message-tags", args=[message.pk]), tags)
    message.refresh_from_db()
    assert message.sensitivity == "SEN-3"

    client.post(reverse("message-undo", args=[message.pk]))

    message.refresh_from_db()
    assert message.is_untriaged
    assert message.sensitivity == "SEN-3"


def test_what_the_senders_domain_denies_is_never_accepted_by_one_key(client, ana):
    nia = PersonFactory(email__address="nia@post.example")
    case = CaseFactory(person=nia)
    message = MessageFactory(
        from_address="nia@post.example", text=f"About {case.reference}, there is mould", sender_check="failed"
    )

    assert offered(client, message) is None
