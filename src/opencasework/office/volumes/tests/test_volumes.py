"""Not a letter factory: what is open, what says the same, one letter for many, who stands for a bulk send."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.models import Body
from opencasework.office.bodies.tests.factories import BodyFactory
from opencasework.office.bodies.tests.factories import body as department
from opencasework.office.cases.actions import add_reference
from opencasework.office.cases.models import Case, Issue
from opencasework.office.cases.tests.factories import CaseFactory, CategoryFactory
from opencasework.office.letters import actions, outbox
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.letters.tests.factories import EnquiryFactory, LetterFactory
from opencasework.office.staff.models import Role, StaffMember
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.volumes.counting import BULK_FROM, near_identical, volumes
from opencasework.office.volumes.tests.test_stock_answers import answered

pytestmark = pytest.mark.django_db

TODAY = date(2026, 9, 17)
LONDON = timezone.get_default_timezone()
SAME = (
    "The payments of my constituent {name} stopped in June without a letter, and the journal has not been "
    "answered since. Please pay the arrears, say who decided it and on what grounds, and tell me when it is "
    "put right."
)
OTHER = (
    "The roof of the house at {name} Mill Lane leaks into the bedroom of a child with asthma. When will a "
    "surveyor come, who pays for the damage to the furniture, and why was the appointment of May missed?"
)


@pytest.fixture(autouse=True)
def _own_home(home):
    """Keys and files of this test only."""


@pytest.fixture
def body(time_machine):
    """A body, on a Thursday in September."""
    time_machine.move_to(datetime(2026, 9, 17, 9, tzinfo=LONDON), tick=False)
    return BodyFactory(reply_target_days=10)


def sent(body, *, words=SAME, on=TODAY - timedelta(days=3), **given) -> Enquiry:
    number = Letter.objects.count()
    return EnquiryFactory(to_body=body, text=words.format(name=f"Alex Example{number}"), sent_on=on, **given)


def draft(body, *, words=SAME, **given) -> Letter:
    """A draft of the one who writes here, who may gather their own drafts into one letter."""
    by = StaffMember.objects.filter(username="writer").first() or StaffFactory(username="writer")
    return LetterFactory(to_body=body, text=words.format(name="Sam Sample"), by=by, **given)


def test_before_a_letter_goes_its_page_shows_what_is_open_and_what_said_the_same(client, body):
    earlier = sent(body)
    sent(body, words=OTHER)
    sent(body, on=date(2026, 8, 20))  # another month
    letter = draft(body)
    client.force_login(letter.drafted_by)

    page = client.get(f"/letters/{letter.pk}/").content.decode()
    panel = client.get(f"/letters/{letter.pk}/volume/", HTTP_HX_REQUEST="true").content.decode()

    assert f"/letters/{letter.pk}/volume/" in page
    assert "3 enquiries" in panel
    assert "<dd>1</dd>" in panel
    assert earlier.case.reference in panel
    assert "Gather them into one letter" in panel


def test_names_and_the_wording_of_the_office_do_not_make_letters_the_same(body):
    for _ in range(2):
        sent(body)
    sent(body, words=OTHER)

    assert len(near_identical(draft(body), on=TODAY)) == 2
    assert len(near_identical(draft(body, words=OTHER), on=TODAY)) == 1


def test_a_restricted_case_is_in_no_count_and_no_list(client, body):
    hidden = sent(body, case=CaseFactory(need_to_know=True, title="Hidden away"))
    letter = draft(body)
    client.force_login(hidden.case.owner)  # even for whoever has it

    panel = client.get(f"/letters/{letter.pk}/volume/").content.decode()
    gathering = client.get(f"/letters/{letter.pk}/gathering/").content.decode()
    review = volumes(TODAY - timedelta(days=6), TODAY, staff=hidden.case.owner, today=TODAY)
    client.force_login(letter.drafted_by)
    others = client.get(f"/letters/{letter.pk}/volume/").content.decode()

    assert "<dd>0</dd>" in panel
    assert "Hidden away" not in gathering + others
    assert review == []


# --- bulk -------------------------------------------------------------------------------------------------


@pytest.fixture
def one_more(body) -> Letter:
    """The letter that makes it a bulk send."""
    for _ in range(BULK_FROM):
        sent(body)
    return draft(body)


def send(client, letter):
    return client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version})


def test_the_same_to_the_parts_of_one_department_is_a_bulk_send_to_it(client, body):
    for code in ("DWP-UC", "JCP", "DWP-DIS", "DWP", "DWP-UC"):
        sent(department(code))
    sent(department("HSE"))  # a regulator under it, which answers for itself
    letter = draft(department("DWP-PEN"))
    apart = draft(department("HSE"))
    client.force_login(letter.drafted_by)

    refused = send(client, letter).content.decode()
    panel = client.get(f"/letters/{letter.pk}/volume/").content.decode()

    assert "went to Department for Work and Pensions and its parts" in refused
    assert "5 enquiries" in panel
    assert "Jobcentre Plus" in panel
    assert (len(near_identical(letter, on=TODAY)), len(near_identical(apart, on=TODAY))) == (5, 1)
    assert send(client, apart).status_code == 302


def test_a_department_within_another_and_the_bodies_of_a_type_are_counted_each_for_itself(body):
    landlords = department("HA")
    for to in (department("HMT"), BodyFactory(kind="housing", parent=landlords)):
        sent(to)
    sent(BodyFactory(kind="local_office", parent=Body.objects.get(parent=landlords, is_local=True)))

    assert not near_identical(draft(department("HMRC")), on=TODAY)
    assert not near_identical(draft(BodyFactory(kind="housing", parent=landlords)), on=TODAY)
    assert len(near_identical(draft(Body.objects.get(kind="local_office", is_local=True)), on=TODAY)) == 2


def test_a_bulk_send_needs_a_reason_and_a_second_person(client, one_more):
    client.force_login(one_more.drafted_by)
    refused = send(client, one_more)
    no_reason = client.post(f"/letters/{one_more.pk}/bulk/", {"reason": "  "})
    client.post(f"/letters/{one_more.pk}/bulk/", {"reason": "Each has a hearing of its own"})
    alone = client.post(f"/letters/{one_more.pk}/bulk/", {"agree": "yes"})
    still = send(client, one_more)

    client.force_login(StaffFactory(role=Role.SENIOR_CASEWORKER))
    client.post(f"/letters/{one_more.pk}/bulk/", {"agree": "yes"})
    client.force_login(one_more.drafted_by)
    gone = send(client, one_more)

    assert [each.status_code for each in (refused, no_reason, alone, still)] == [422] * 4
    assert "say why this goes too; somebody else has to agree" in refused.content.decode()
    assert gone.status_code == 302
    texts = list(one_more.case.events.values_list("text", flat=True))
    assert any(text.startswith("Agreed to one more of many letters") for text in texts)


def test_other_words_have_to_be_agreed_to_anew(client, one_more):
    client.force_login(one_more.drafted_by)
    client.post(f"/letters/{one_more.pk}/bulk/", {"reason": "A hearing"})
    client.force_login(StaffFactory(role=Role.SENIOR_CASEWORKER))
    client.post(f"/letters/{one_more.pk}/bulk/", {"agree": "yes"})
    actions.keep_edit(one_more, by=one_more.drafted_by, text=f"{one_more.text} Please answer by Friday.")
    one_more.refresh_from_db()

    client.force_login(one_more.drafted_by)

    assert send(client, one_more).status_code == 422


def test_a_letter_that_says_something_else_and_a_reminder_go_as_ever(client, one_more, body):
    other = draft(body, words=OTHER)
    client.force_login(other.drafted_by)

    assert send(client, other).status_code == 302
    assert not near_identical(draft(body, template="LT-CH1", about_enquiry=Enquiry.objects.first()), on=TODAY)


def test_a_letter_that_was_accepted_is_not_kept_back_for_those_that_went_after_it(smtp, body):
    first = draft(body)
    now = timezone.now()
    smtp.refuse_next(450)
    outbox.queue(first, by=first.drafted_by, now=now)
    outbox.send_ready(now + timedelta(minutes=1))
    for _ in range(BULK_FROM):
        sent(body, on=TODAY)

    outbox.send_ready(now + timedelta(minutes=10))

    first.refresh_from_db()
    assert first.state == Letter.State.SENT


# --- one letter for many ----------------------------------------------------------------------------------


def test_cases_are_gathered_into_one_letter_with_a_schedule_and_a_clock_each(client, body):
    open_already, waits = sent(body), draft(body)
    letter = draft(body)
    client.force_login(letter.drafted_by)

    client.post(f"/letters/{letter.pk}/gathering/", {"case": [str(open_already.case.pk), str(waits.case.pk)]})
    letter.refresh_from_db()
    waits.refresh_from_db()
    at = datetime(2026, 9, 17, 10, tzinfo=LONDON)
    actions.record_departure(letter, at=at, by=letter.drafted_by)

    assert "Schedule of cases" in letter.text
    assert f"our reference {open_already.case.reference}" in letter.text
    assert "I wrote on 14 September 2026; a reply is due by 28 September 2026." in letter.text
    assert waits.state == Letter.State.DISCARDED
    put = waits.case.enquiries.get()
    assert (put.letter, put.gathered_in, put.due_on) == (None, letter, date(2026, 10, 1))
    assert letter.drafted_by == put.asked_by
    assert Enquiry.objects.filter(case=open_already.case).count() == 1
    assert "Sam Sample" not in put.words
    assert client.get(f"/enquiries/{put.pk}/").status_code == 200


def test_a_letter_to_a_department_gathers_what_is_with_its_parts(client, body):
    open_there, draft_there = sent(department("DWP-UC")), draft(department("DWP-DIS"))
    apart = sent(department("HSE"))  # a regulator under it, which answers for itself
    letter = draft(department("DWP"))
    client.force_login(letter.drafted_by)
    page = client.get(f"/letters/{letter.pk}/gathering/").content.decode()
    assert "Put to Universal Credit 14 Sep, due" in page
    assert draft_there.case.reference in page
    assert apart.case.reference not in page

    gather(client, letter, open_there.case, draft_there.case)
    actions.record_departure(letter, at=datetime(2026, 9, 17, 10, tzinfo=LONDON), by=letter.drafted_by)

    draft_there.refresh_from_db()
    assert "I wrote to Universal Credit on 14 September 2026; a reply is due by" in letter.text
    assert draft_there.state == Letter.State.DISCARDED
    assert open_there.case.enquiries.get() == open_there  # which goes on, and was put again
    assert open_there.case.events.filter(text__startswith="Put again to Department").exists()
    assert draft_there.case.enquiries.get().body == department("DWP")


def test_what_is_with_the_department_and_with_a_part_of_it_is_put_again_to_the_department(client, body):
    part = sent(department("DWP-UC"))
    whole = sent(department("DWP"), case=part.case)
    letter = draft(department("DWP"))

    gather(client, letter, part.case)

    assert f"I wrote on 14 September 2026; a reply is due by {whole.due_on:%-d %B %Y}." in letter.text


def test_a_letter_to_a_part_offers_what_is_with_the_others_which_goes_on_beside_it(client, body):
    elsewhere, above = sent(department("DWP-UC")), sent(department("DWP"))
    drafted, apart = draft(department("DWP-UC")), sent(department("HSE"))
    letter = draft(department("DWP-DIS"))
    client.force_login(letter.drafted_by)
    page = client.get(f"/letters/{letter.pk}/gathering/").content.decode()
    assert "Put to Universal Credit 14 Sep, due" in page
    assert "Put to Department for Work and Pensions 14 Sep, due" in page
    assert "goes on there" in page
    for one in (drafted, apart):  # a draft to another part is no letter to this one
        assert one.case.reference not in page

    gather(client, letter, elsewhere.case, above.case)
    actions.record_departure(letter, at=datetime(2026, 9, 17, 10, tzinfo=LONDON), by=letter.drafted_by)

    assert "I wrote to Universal Credit on 14 September 2026; a reply is due by" in letter.text
    for one, first in ((elsewhere, "DWP-UC"), (above, "DWP")):
        open_now = one.case.enquiries.filter(answered_on=None).order_by("pk")
        assert [each.body.code for each in open_now] == [first, "DWP-DIS"]


def test_gathering_again_replaces_the_schedule_and_none_takes_it_out(client, body):
    first, letter = sent(body), draft(body)
    words = letter.text
    client.force_login(letter.drafted_by)
    for chosen in ([first.case.pk], [first.case.pk], []):
        client.post(f"/letters/{letter.pk}/gathering/", {"case": [str(pk) for pk in chosen]})

    letter.refresh_from_db()
    assert letter.text == words.rstrip()
    assert not letter.schedule.exists()


def test_a_letter_waits_while_a_case_of_its_schedule_lacks_authority_or_became_restricted(client, body):
    bare = draft(body, authority=False)
    letter = draft(body)
    client.force_login(letter.drafted_by)
    client.post(f"/letters/{letter.pk}/gathering/", {"case": [str(bare.case.pk)]})
    letter.refresh_from_db()

    uncovered = send(client, letter).content.decode()
    AuthorityFactory(case=bare.case, given_on=date(2020, 1, 1))
    bare.case.need_to_know = True
    bare.case.save(update_fields=["need_to_know"])
    bare.case.shared_with.add(letter.drafted_by)
    hidden = send(client, letter).content.decode()

    assert f"{bare.case.reference} of the schedule: no authority covers {body}." in uncovered
    assert "can no longer be named" in hidden


def test_a_case_that_a_reader_of_the_letter_may_not_know_is_not_offered(client, body):
    other, letter = sent(body), draft(body)
    vic = StaffFactory(role=Role.VOLUNTEER)
    letter.case.shared_with.add(vic)  # vic reads the letter, and does not see the other case
    client.force_login(letter.drafted_by)

    before = client.get(f"/letters/{letter.pk}/gathering/").content.decode()
    other.case.shared_with.add(vic)
    after = client.get(f"/letters/{letter.pk}/gathering/").content.decode()

    assert other.case.reference not in before
    assert other.case.reference in after


def test_nothing_is_gathered_into_the_letter_of_a_restricted_case(client, body):
    other = sent(body)
    letter = draft(body, case=CaseFactory(need_to_know=True))
    client.force_login(letter.case.owner)

    page = client.get(f"/letters/{letter.pk}/gathering/").content.decode()

    assert other.case.reference not in page


def with_another_matter() -> tuple[Case, Issue]:
    """A case first about Attendance Allowance and then about Universal Credit; the issue of the first."""
    case = CaseFactory(category=CategoryFactory(code="BEN-AA"))
    issue = case.issues.get()
    case.issues.create(category=CategoryFactory())
    return case, issue


def gather(client, letter, *cases):
    client.force_login(letter.drafted_by)
    client.post(f"/letters/{letter.pk}/gathering/", {"case": [str(case.pk) for case in cases]})
    letter.refresh_from_db()


def test_what_is_open_with_the_body_on_another_matter_is_left_alone_by_a_gathered_letter(client, body):
    case, allowance = with_another_matter()
    open_there = sent(body, words=OTHER, case=case, issue=allowance)
    draft_there = draft(body, words=OTHER, case=case, issue=allowance)
    draft(body, case=case, issue=case.issues.get(category__code="BEN-UC"))
    letter = draft(body)

    gather(client, letter, case)
    actions.record_departure(letter, at=datetime(2026, 9, 17, 10, tzinfo=LONDON), by=letter.drafted_by)

    draft_there.refresh_from_db()
    put = case.enquiries.exclude(pk=open_there.pk).get()
    assert draft_there.is_draft
    assert (put.gathered_in, put.category_code) == (letter, "BEN-UC")


def test_a_letter_waits_while_a_case_of_its_schedule_is_no_longer_in_its_words(client, body):
    other, letter = draft(body), draft(body)
    gather(client, letter, other.case)
    actions.keep_edit(letter, by=letter.drafted_by, text=letter.text.partition("Schedule of cases")[0])
    letter.refresh_from_db()

    refused = send(client, letter)

    assert refused.status_code == 422
    assert f"{other.case.reference} of the schedule is not in the letter any more" in refused.content.decode()


def test_what_was_typed_below_the_schedule_stays_when_cases_are_gathered_again(client, body):
    first, second, letter = draft(body), draft(body), draft(body)
    gather(client, letter, first.case, second.case)
    actions.keep_edit(
        letter, by=letter.drafted_by, text=f"{letter.text}\n\n1. of June is the hearing.\n\nThanks."
    )

    gather(client, letter, second.case)

    assert letter.text.endswith("\n\n1. of June is the hearing.\n\nThanks.")
    assert letter.text.count("Schedule of cases") == 1
    assert first.case.reference not in letter.text
    assert second.case.reference in letter.text


def test_the_numbers_of_gathered_cases_show_their_ends_alone_on_the_page_of_the_letter(client):
    body = department("DWP")
    other, letter = draft(body), draft(body)
    add_reference(case=other.case, kind="NINO", value="QQ123456C", by=other.case.owner)

    gather(client, letter, other.case)
    page = client.get(f"/letters/{letter.pk}/").content.decode()

    assert "QQ123456C" in letter.text
    assert "QQ123456C" not in page


# --- the review, and stock answers ------------------------------------------------------------------------


def test_in_the_weekly_review_no_answer_is_late_whose_clock_stands_still(client, body):
    client.force_login(StaffFactory(role=Role.OFFICE_MANAGER))
    waits, _late = sent(body, on=date(2026, 8, 20)), sent(body, on=date(2026, 8, 20))
    client.post(f"/enquiries/{waits.pk}/stop/", {"stopped_on": "today", "reason": "They want the form"})

    page = client.get("/review/letters/").content.decode()

    [row] = re.findall(rf">{body}</a></th>(.*?)</tr>", page, re.DOTALL)
    assert re.findall(r">(\d+)<", row)[-2:] == ["2", "1"]


def test_the_weekly_review_shows_the_volumes_of_each_body(client, body):
    for _ in range(2):
        sent(body)
    sent(body, words=OTHER)
    sent(body, on=date(2026, 8, 20))  # late by now
    client.force_login(StaffFactory(role=Role.OFFICE_MANAGER))

    [found] = volumes(TODAY - timedelta(days=6), TODAY, staff=StaffFactory(), today=TODAY)
    page = client.get("/review/letters/").content.decode()

    assert (found.letters, found.alike, found.waiting, found.late) == (3, 2, 4, 1)
    assert body.name in page


def test_the_review_counts_the_decision_that_stands(client):
    tom = StaffFactory(role=Role.OFFICE_MANAGER)
    client.force_login(tom)
    case = CaseFactory(by=tom)

    def review_after(what):
        client.post(f"/cases/{case.pk}/route/decisions/new/", {"what": what, "why": "Tom is right"})
        return client.get("/review/letters/").content.decode()

    declined, taken_up = review_after("decline"), review_after("take_up")

    assert ("Decline kindly" in declined, case.reference in declined) == (True, True)
    assert ("Decline kindly" in taken_up, "Take it up" in taken_up) == (False, True)


def test_the_review_counts_as_alike_what_went_to_several_services_of_one_department(client):
    services = [department("DWP-PEN"), department("DWP-UC")]
    for service in services:
        sent(service)
    sent(department("HSE"))

    found = volumes(TODAY - timedelta(days=6), TODAY, staff=StaffFactory(), today=TODAY)

    counted = {each.body: each.alike for each in found}
    assert [counted[service] for service in services] == [1, 1]
    assert sum(counted.values()) == 2


STOCK = (
    "Thank you for your letter about {name}. We take every complaint seriously and aim to put things right. "
    "The matter has been passed to the relevant team who will reply in due course. "
    "We cannot comment on individual circumstances for reasons of data protection."
)


def test_the_same_answer_three_times_is_a_pattern_on_the_page_of_the_body(client, body):
    enquiries = [sent(body) for _ in range(3)]
    for number, enquiry in enumerate(enquiries):
        answered(body, STOCK.format(name=f"Alex Example{number}"), enquiry=enquiry)
    client.force_login(enquiries[0].case.owner)

    page = client.get(f"/bodies/{body.pk}/").content.decode()
    panel = client.get(f"/bodies/{body.pk}/stock-answers/", HTTP_HX_REQUEST="true").content.decode()

    assert f"/bodies/{body.pk}/stock-answers/" in page
    assert "3 replies say nearly the same since 17 Sep 2026" in panel
    assert "We take every complaint seriously" in panel
    assert "Alex Example" not in panel


def test_an_answer_on_a_restricted_case_makes_no_pattern(client, body):
    hidden = CaseFactory(need_to_know=True)
    enquiries = [sent(body), sent(body), sent(body, case=hidden)]
    for enquiry in enquiries:
        answered(body, STOCK.format(name="x"), enquiry=enquiry)
    client.force_login(hidden.owner)

    panel = client.get(f"/bodies/{body.pk}/stock-answers/").content.decode()

    assert "No answer of theirs has come three times." in panel
