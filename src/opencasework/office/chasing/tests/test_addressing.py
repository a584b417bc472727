"""To whom each step of the ladder goes, and what stands where nobody above is known."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.bodies.tests.factories import BodyContactFactory, BodyFactory, body
from opencasework.office.chasing.models import Chaser
from opencasework.office.letters import actions
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

UP, HEAD = BodyContact.Kind.ESCALATION, BodyContact.Kind.HEAD
SENT = date(2026, 9, 1)
FIRST, SECOND, THIRD = date(2026, 9, 30), date(2026, 10, 14), date(2026, 10, 28)
SAME = "goes to the same address as the step before"


def asked(to: Body) -> Enquiry:
    """Sent on 1 September 2026 by email; the answer is long due at the end of the month."""
    return EnquiryFactory(to_body=to, sent_on=SENT, email="members@first.example")


def contact(of: Body, kind: str, email: str) -> BodyContact:
    return BodyContactFactory(body=of, kind=kind, email=email)


def stepped(days: int, *, last_leaves: bool = True) -> list[Letter]:
    """The chasers that the nightly command drafts on the first so many days; each leaves on its day."""
    letters = []
    for day in (FIRST, SECOND, THIRD)[:days]:
        call_command("draft_chasers", "--date", day.isoformat())
        letters.append(Chaser.objects.latest("sequence").letter)
        if last_leaves or len(letters) < days:
            at = timezone.make_aware(datetime(day.year, day.month, day.day, 10))
            actions.record_departure(letters[-1], at=at, by=None)
    return letters


def test_without_a_contact_of_its_own_the_second_reminder_goes_to_what_the_body_is_a_part_of():
    asked(body("DWP-UC"))
    contact(body("DWP"), UP, "senior@dwp.example")
    contact(body("DWP"), HEAD, "minister@dwp.example")

    first, second, third = stepped(3)

    assert [each.to_email for each in (first, second, third)] == [
        "members@first.example", "senior@dwp.example", "minister@dwp.example",
    ]  # fmt: skip
    assert [each.to_body.code for each in (first, second, third)] == ["DWP-UC", "DWP", "DWP"]
    # One level up is a reminder of the same enquiry; the minister is asked anew, with a clock of its own.
    assert [one.body.code for one in Enquiry.objects.order_by("pk")] == ["DWP-UC", "DWP"]
    assert "I wrote on 1 September 2026" in first.text
    assert "I wrote to Universal Credit on 1 September 2026" in second.text


def test_the_nearest_above_is_taken_and_the_next_where_that_one_was_written_to_before():
    unit = BodyFactory(name="Fenwick North", kind="local_office", parent=BodyFactory(name="Fenwick Homes"))
    asked(unit)
    Letter.objects.update(to_email="area@fenwick.example")
    contact(unit, UP, "area@fenwick.example")
    contact(unit.parent, UP, "complaints@fenwick.example")
    contact(unit.parent, HEAD, "chief@fenwick.example")

    letters = stepped(3)

    assert [each.to_email for each in letters] == [
        "area@fenwick.example", "complaints@fenwick.example", "chief@fenwick.example",
    ]  # fmt: skip
    assert letters[2].to_body == unit.parent


def test_a_landlord_of_a_list_under_a_department_is_raised_with_its_own_head():
    landlord = BodyFactory(kind="housing", parent=body("MHCLG"))
    asked(landlord)
    contact(body("MHCLG"), UP, "minister@mhclg.example")
    contact(landlord, HEAD, "chief@fenwick.example")

    letters = stepped(3)

    assert [each.to_body for each in letters] == [landlord] * 3
    assert letters[1].to_email == "members@first.example"
    assert letters[2].to_email == "chief@fenwick.example"


def test_a_body_that_became_part_of_another_is_raised_with_what_it_became_part_of(client):
    old, new = BodyFactory(name="Ashford Homes"), BodyFactory(name="Wexcombe Living", reply_target_days=20)
    contact(new, BodyContact.Kind.CORRESPONDENCE, "members@living.example")
    contact(new, UP, "complaints@living.example")
    contact(old, UP, "gone@ashford.example")
    asked(old)
    client.force_login(StaffFactory(role=Role.OFFICE_MANAGER))
    client.post(f"/bodies/{old.pk}/successor/", {"successor": new.code})

    letters = stepped(2)

    assert [(each.to_body, each.to_email) for each in letters] == [
        (new, "members@living.example"), (new, "complaints@living.example"),
    ]  # fmt: skip


def test_where_nobody_above_is_known_the_draft_the_list_and_the_case_say_so_and_where_to_add_one(
    client, time_machine
):
    enquiry = asked(BodyFactory(name="Fenwick Homes"))
    stepped(1)
    time_machine.move_to(datetime(2026, 10, 14, 9, tzinfo=timezone.get_current_timezone()))
    client.force_login(enquiry.letter.drafted_by)
    call_command("draft_chasers")
    draft = Letter.objects.drafts().get()
    pages = (
        draft.get_absolute_url(),
        "/chasers/",
        f"/cases/{enquiry.case_id}/enquiries/",
        enquiry.get_absolute_url(),
    )
    adding = f"/bodies/{enquiry.body_id}/contacts/new/"

    before = [client.get(page).content.decode() for page in pages]
    client.post(adding, {"kind": "escalation", "email": "complaints@fenwick.example", "is_checked": "on"})
    client.post(f"/letters/{draft.pk}/discarding/")
    again = client.post(f"/enquiries/{enquiry.pk}/chase/").headers["Location"]
    after = [client.get(page).content.decode() for page in (again, *pages[1:])]

    assert [(f"Second chaser: {SAME}" in page, f'href="{adding}"' in page) for page in before] == [
        (True, True)
    ] * 4
    assert [SAME in page for page in after] == [False] * 4
    assert Letter.objects.drafts().get().to_email == "complaints@fenwick.example"


def test_the_third_letter_says_so_too_where_only_one_above_is_known(client):
    enquiry = asked(BodyFactory(name="Fenwick Homes"))
    contact(enquiry.body, UP, "complaints@fenwick.example")
    client.force_login(enquiry.letter.drafted_by)

    third = stepped(3, last_leaves=False)[2]
    page = client.get(third.get_absolute_url()).content.decode()

    assert third.to_email == "complaints@fenwick.example"
    assert f"{SAME}, for no minister or chief executive is known at Fenwick Homes." in page


def test_a_reminder_to_whom_we_wrote_says_nothing_of_the_kind(client):
    enquiry = asked(BodyFactory())
    client.force_login(enquiry.letter.drafted_by)

    first = stepped(1, last_leaves=False)[0]

    for page in (first.get_absolute_url(), "/chasers/", enquiry.get_absolute_url()):
        assert SAME not in client.get(page).content.decode()


def test_the_list_asks_no_more_of_the_database_for_more_enquiries(client, django_assert_max_num_queries):
    for _ in range(2):
        asked(BodyFactory(kind="local_office", parent=BodyFactory()))
    client.force_login(StaffFactory())
    client.get("/chasers/")
    with CaptureQueriesContext(connection) as few:
        client.get("/chasers/")
    for _ in range(6):
        asked(BodyFactory(kind="local_office", parent=BodyFactory()))

    with django_assert_max_num_queries(len(few)):
        client.get("/chasers/")


def test_what_was_put_to_the_head_is_not_put_down_to_who_stands_one_level_up():
    homes = BodyFactory(name="Fenwick Homes")
    contact(homes, UP, "manager@fenwick.example")
    chief = contact(homes, HEAD, "chief@fenwick.example")
    enquiry = EnquiryFactory(to_body=homes, sent_on=SENT)
    Enquiry.objects.update(contact=chief)
    at_the_top = EnquiryFactory(to_body=homes, sent_on=SENT)
    Enquiry.objects.filter(pk=at_the_top.pk).update(level=Enquiry.Level.MINISTER, contact=None)
    Letter.objects.update(to_contact=chief, to_email=chief.email)

    stepped(2)

    gone = {each.letter.to_email for each in Chaser.objects.all() if each.letter}
    assert enquiry.chasers.exists()
    assert "manager@fenwick.example" not in gone
