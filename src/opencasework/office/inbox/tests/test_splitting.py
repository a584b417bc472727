"""One message, several problems: each part on a case of its own, each case showing the message."""

from __future__ import annotations

import pytest
from django.test import Client

from opencasework.office.cases.models import Case, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import Person
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox.models import Act, Message, MessagePart
from opencasework.office.inbox.texts import texts_of
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.places.tests.factories import OfficeFactory
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
    return PersonFactory(email__address="nia@post.example")


@pytest.fixture
def message(nia):
    return MessageFactory(
        from_address="nia@post.example",
        subject="Two things",
        text="There is mould. And my Universal Credit stopped.",
    )


def split(client, message, *rows, **more):
    sent = dict(more)
    for index, row in enumerate(rows):
        sent |= {f"part{index}-{name}": value for name, value in row.items()}
    return client.post(f"/inbox/messages/{message.pk}/splitting/", sent)


DAMP = {"category": "HOU-DAMP", "title": "Mould", "text": "There is mould."}
UC = {"category": "BEN-UC", "title": "Credit stopped", "text": "My Universal Credit stopped."}


def test_the_page_begins_with_what_each_paragraph_is_about_so_that_three_keys_split_it(client, ana, nia):
    CategoryFactory(code="TRA-ROAD")
    message = MessageFactory(
        from_address="nia@post.example", subject="Two things",
        text="Dear Ms Holloway,\n\nThe black mould in the bedroom has come back. The damp is awful.\n\n"
        "And my Universal Credit has stopped since May.\n\nThank you, Nia",
    )  # fmt: skip

    rows = client.get(f"/inbox/messages/{message.pk}/splitting/").context["rows"]
    begun = [{name: row.initial.get(name, "") for name in ("category", "text")} for row in rows[:2]]
    client.post(
        f"/inbox/messages/{message.pk}/splitting/",
        {f"part{at}-{name}": value for at, row in enumerate(begun) for name, value in row.items()}
        | {"person": nia.pk},
    )

    assert [row["category"] for row in begun] == ["HOU-DAMP", "BEN-UC"]
    assert begun[1]["text"] == "And my Universal Credit has stopped since May."
    assert Case.objects.count() == 2


def test_a_part_that_is_about_an_open_case_begins_on_it(client, ana, nia):
    case = CaseFactory(person=nia, category=CategoryFactory(code="BEN-UC"))
    message = MessageFactory(
        from_address="nia@post.example", subject="Two things",
        text="The black mould in the bedroom has come back.\n\nMy Universal Credit has stopped since May.",
    )  # fmt: skip

    rows = client.get(f"/inbox/messages/{message.pk}/splitting/").context["rows"]

    assert [row.initial.get("case", "") for row in rows[:2]] == ["", str(case.pk)]


def test_two_problems_become_two_cases_and_each_shows_the_message(client, ana, nia, message):
    split(client, message, DAMP, UC)

    cases = list(Case.objects.order_by("pk"))
    cards = [client.get(f"/cases/{case.pk}/messages/").content.decode() for case in cases]
    lines = [case.events.filter(kind=Event.Kind.NOTE).get().text for case in cases]
    message.refresh_from_db()
    assert [case.title for case in cases] == ["Mould", "Credit stopped"]
    assert {case.constituent for case in cases} == {nia}
    assert all("Two things" in card for card in cards)
    assert ["There is mould." in lines[0], "Credit" in lines[0], "Credit stopped" in lines[1]] == [1, 0, 1]
    assert message.case == cases[0]


def test_the_subject_of_the_whole_stands_on_no_timeline(client, ana, nia, message):
    split(client, message, DAMP, UC)

    for case in Case.objects.all():
        said = case.events.filter(kind=Event.Kind.MESSAGE_IN).get().text
        assert said.endswith("part of a message")
        assert not case.events.filter(text__contains="Two things").exists()


def test_a_part_goes_on_a_case_there_is_already(client, ana, nia, message):
    known = CaseFactory(person=nia, title="Damp since spring")

    split(client, message, {"case": known.pk, "text": "There is mould."}, UC)

    assert set(message.parts.values_list("case__title", flat=True)) == {"Damp since spring", "Credit stopped"}


def test_somebody_new_is_written_down_once(client, ana):
    message = MessageFactory(from_name="Owen Tir", from_address="owen@post.example")

    split(client, message, DAMP, UC, person="new", full_name="Owen Tir", email="owen@post.example")

    owen = Person.objects.get()
    assert {case.constituent for case in Case.objects.all()} == {owen}


def test_one_part_is_no_split(client, ana, message):
    response = split(client, message, DAMP)

    assert response.status_code == 422
    assert "two parts or more" in response.content.decode()
    assert not Case.objects.exists()


def test_the_second_of_two_colleagues_splits_nothing(client, ana, nia, message):
    kofi = StaffFactory(first_name="Kofi")
    other = Client()
    other.force_login(kofi)
    other.post(f"/inbox/messages/{message.pk}/decision/", {"decision": "filed_away"})

    split(client, message, DAMP, UC)

    assert not Case.objects.exists()


def test_a_split_is_taken_back_and_the_cases_keep_a_line(client, ana, message):
    split(client, message, DAMP, UC)

    client.post(f"/inbox/acts/{Act.objects.get().pk}/undo/")

    message.refresh_from_db()
    assert message.is_untriaged
    assert not MessagePart.objects.exists()
    for case in Case.objects.all():
        assert case.events.get(text__startswith="Taken off this case").text.endswith("part of a message")


def test_the_whole_is_for_those_who_see_all_the_cases_and_a_part_for_those_of_its_case(
    client, ana, nia, message
):
    split(client, message, DAMP, UC)
    damp, credit = Case.objects.order_by("pk")
    Case.objects.filter(pk=credit.pk).update(need_to_know=True)
    kofi = StaffFactory(first_name="Kofi")
    other = Client()
    other.force_login(kofi)

    page = other.get(f"/cases/{damp.pk}/").content.decode()

    assert not Message.objects.visible_to(kofi).filter(pk=message.pk).exists()
    assert Message.objects.visible_to(ana).filter(pk=message.pk).exists()
    assert other.get(f"/inbox/messages/{message.pk}/").status_code == 404
    assert "Two things" not in other.get(f"/cases/{damp.pk}/messages/").content.decode()
    assert "There is mould." in page
    assert "Universal Credit stopped" not in page


def test_a_bodys_answer_about_several_cases_is_a_reply_of_the_enquiry_it_was_proposed_for(client, ana):
    enquiry, other = EnquiryFactory(), CaseFactory()
    answer = MessageFactory(
        proposal="unverified", proposed_case=enquiry.case, proposed_enquiry=enquiry, subject="Both of them",
        text=f"About {enquiry.case.reference}: paid.\n\nAbout {other.reference}: refused.",
    )  # fmt: skip
    parts = [{"case": other.pk, "text": "Refused."}, {"case": enquiry.case.pk, "text": "Paid."}]

    page = client.get(f"/inbox/messages/{answer.pk}/splitting/").content.decode()
    split(client, answer, *parts)

    answer.refresh_from_db()
    said = enquiry.case.events.get(kind=Event.Kind.REPLY_IN).text
    assert f"is recorded there as a reply from {enquiry.body}" in page
    assert (answer.enquiry, answer.case) == (enquiry, enquiry.case)
    assert enquiry.replies.get().kind == ""
    assert said == f"From {enquiry.body}: part of a message"
    assert other.events.filter(kind=Event.Kind.MESSAGE_IN, detail__message=answer.pk).exists()

    client.post(f"/inbox/acts/{Act.objects.get().pk}/undo/")

    assert not enquiry.replies.exists()


def test_a_split_that_leaves_the_enquirys_case_out_is_no_reply_of_it(client, ana):
    enquiry, cases = EnquiryFactory(), [CaseFactory(), CaseFactory()]
    answer = MessageFactory(
        proposal="unverified", proposed_case=enquiry.case, proposed_enquiry=enquiry,
        text=f"About {cases[0].reference}: paid.\n\nAbout {cases[1].reference}: refused.",
    )  # fmt: skip

    split(client, answer, *[{"case": case.pk, "text": "Paid."} for case in cases])

    assert set(answer.parts.values_list("case", flat=True)) == {case.pk for case in cases}
    assert not enquiry.replies.exists()


def test_the_numbers_of_one_part_are_offered_on_its_own_case_alone(client, ana, nia, message):
    Message.objects.filter(pk=message.pk).update(text="There is mould. My number is QQ 12 34 56 C.")
    split(client, message, DAMP, UC | {"text": "My number is QQ 12 34 56 C."})
    damp, credit = Case.objects.order_by("pk")

    read = ["\n".join(text.text for text in texts_of(case)) for case in (damp, credit)]

    assert ["QQ 12 34 56 C" in each for each in read] == [False, True]
