"""The letters an office starts with: all there, plain to read, and never over the office's own."""

from __future__ import annotations

import pytest

from opencasework.office.bodies.models import Body
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.letters import fields, fieldsonly, filling, reading_age
from opencasework.office.letters.models import LetterTemplate
from opencasework.office.letters.reference import load_templates, shipped
from opencasework.office.letters.stationery import Snippet, Wording
from opencasework.office.places.tests.factories import OfficeFactory

# The set, with the fields that each has beside the common ones.
STANDARD = {
    "LT-AUTH": "bodies_list valid_until signature interpreter_used",
    "LT-AUTH-3P": "relationship named_member named_constituent",
    "LT-PRIV": "retention_text controller_name complaints_contact",
    "LT-ACK": "documents_needed deadline_warning",
    "LT-ACK-URG": "emergency_signposts",
    "LT-MORE": "documents_needed send_by",
    "LT-HOLD": "chased_on next_contact_on",
    "LT-DEPT": "questions urgency_reason",
    "LT-MIN": "previous_references official_reply_date",
    "LT-COUNCIL": "ward councillors",
    "LT-LANDLORD": "stage_one_date stage_two_date",
    "LT-NHS": "nhs_number consent_attached",
    "LT-COMP": "account_number complaint_date",
    "LT-CH1": "original_sent_on target_days",
    "LT-CH2": "chaser_one_on",
    "LT-ESC": "days_overdue chain",
    "LT-FWD": "reply_summary what_next",
    "LT-FWD-NO": "options",
    "LT-CLOSE": "outcome keep_until",
    "LT-CLOSE-NOCON": "last_contact_on",
    "LT-NOTMINE": "other_member_name other_member_contact",
    "LT-SIGN": "body_name body_contact what_to_say",
    "LT-OMB": "final_response_date ombudsman_name",
    "LT-MEET": "surgery_place access_notes bring_list",
    "LT-POL": "position action_taken",
    "LT-CAMP": "campaign_name position",
    "LT-CAMP-PERS": "split_case_number",
    "LT-WARN": "examples limits review_on still_help_with",
    "LT-LIMIT-END": "review_outcome",
    "LT-SAR": "request_date due_date exemptions",
    "LT-BREACH": "what_happened what_we_did",
    "LT-DPCOMP": "complaint_received_on outcome",
    "LT-HAND": "choice_transfer choice_return choice_destroy reply_by",
    "LT-DISS": "dissolved_on poll_on",
    "LT-REF": "alternative",
}
COMMON = """
    member_name member_title office_address office_phone case_number date constituent_title
    constituent_surname constituent_full_name constituent_address date_of_birth body_name body_team
    minister_name body_reference issue_summary what_is_asked reply_by sent_on enclosures caseworker_name
    next_contact_on privacy_link language
"""
TEMPLATES, WORDINGS = shipped()
ENGLISH = {row["code"]: row for row in WORDINGS if row["language"] == "en"}
NO_PARTY = ("vote for", "conservative", "labour", "liberal", "plaid", "snp", "newsletter", "subscribe")


def named(row):
    return set(fieldsonly.names_in(f"{row['subject']} {row['text']}"))


def test_all_thirty_five_letters_are_there():
    assert len(STANDARD) == 35
    assert set(STANDARD) <= set(ENGLISH)


@pytest.mark.parametrize(("code", "extra"), STANDARD.items())
def test_a_letter_has_the_fields_of_its_own(code, extra):
    assert set(extra.split()) <= named(ENGLISH[code])


def test_every_field_of_the_list_of_letters_is_known_and_says_where_it_is_filled_in():
    wanted = {*COMMON.split(), *" ".join(STANDARD.values()).split(), "deadline_date"}

    assert wanted <= set(fields.FIELDS)
    assert all(field.meaning and field.place.value for field in fields.FIELDS.values())


@pytest.mark.parametrize("row", WORDINGS, ids=lambda row: f"{row['code']}-{row['language']}")
def test_a_wording_of_ours_could_be_saved_by_the_office(row):
    assert fields.problem_of(row["subject"]) == ""
    assert fields.problem_of(row["text"]) == ""


@pytest.mark.parametrize("code", ENGLISH)
def test_a_letter_is_plain_enough_for_a_reader_of_eleven(code):
    age = reading_age.of_wording(ENGLISH[code]["text"])

    assert age is None or age <= reading_age.LONGEST_AGE


def test_the_reading_age_tells_plain_words_from_learned_ones():
    plain = reading_age.of_text("We wrote to them today. They will answer by Friday. Then we will ring you.")
    learned = reading_age.of_text(
        "Notwithstanding the aforementioned representations, departmental adjudication necessitates "
        "supplementary documentation demonstrating habitual residence throughout the assessment period."
    )

    assert plain < 9
    assert learned > 20


@pytest.mark.parametrize("row", WORDINGS, ids=lambda row: f"{row['code']}-{row['language']}")
def test_a_letter_asks_for_nobodys_vote_and_names_whom_it_is_from(row):
    words = row["text"].lower()

    assert not [
        word for word in NO_PARTY if word in words.replace("we do not use it to ask for your vote", "")
    ]
    assert named(row) & {"member_title", "member_name", "named_member"}


def test_every_letter_is_there_in_welsh_with_the_same_fields():
    welsh = {row["code"]: row for row in WORDINGS if row["language"] == "cy"}

    assert set(welsh) == set(ENGLISH)
    for code, row in welsh.items():
        # “retention_text” is the office's own sentence, in the language it was written in.
        assert named(row) == named(ENGLISH[code]) - ({"retention_text"} if code == "LT-CLOSE" else set())


NOT_FOR = {
    "mp": set(),
    "msp": {"LT-OMB", "LT-DISS"},
    "ms": {"LT-OMB", "LT-DISS"},
    "mla": {"LT-OMB", "LT-DISS"},
    "councillor": {"LT-OMB", "LT-DISS", "LT-MIN"},
}


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "not_theirs"), NOT_FOR.items())
def test_an_office_is_offered_what_its_member_can_write(client, kind, not_theirs):
    OfficeFactory(member_kind=kind)
    case = CaseFactory()
    client.force_login(case.owner)
    dwp = Body.objects.get(code="DWP")

    wordings = client.get("/letters/wording/").content.decode()
    choosing = client.get(f"/cases/{case.pk}/letters/new/").content.decode()
    asked = client.get(f"/cases/{case.pk}/letters/new/", {"body": dwp.pk, "template": "LT-MIN"})

    offered = {code for code in ("LT-OMB", "LT-DISS", "LT-MIN") if f"/letters/wording/{code}/" in wordings}
    assert offered == {"LT-OMB", "LT-DISS", "LT-MIN"} - not_theirs
    assert ("LT-DISS" in choosing) == ("LT-DISS" not in not_theirs)
    assert ("Letter to the Minister" in asked.content.decode()) == ("LT-MIN" not in not_theirs)


@pytest.mark.django_db
def test_loading_twice_changes_nothing():
    before = set(Wording.objects.values_list("pk", flat=True))

    load_templates()

    assert set(Wording.objects.values_list("pk", flat=True)) == before


@pytest.mark.django_db
def test_an_office_from_before_gets_our_newer_words_where_it_had_changed_none():
    template = LetterTemplate.objects.get(code="LT-HOLD")
    Wording.objects.filter(template=template).delete()
    template.subject = "Where your case stands, our reference {{ case_number }}"
    template.text = EARLIER_HOLD
    template.save()

    load_templates()

    first, second = template.wordings.filter(language="en").order_by("number")
    assert (first.text, first.is_ours) == (EARLIER_HOLD, True)
    assert "chased_on" in second.text


@pytest.mark.django_db
def test_an_office_from_before_keeps_the_words_it_had_changed():
    template = LetterTemplate.objects.get(code="LT-HOLD")
    Wording.objects.filter(template=template).delete()
    LetterTemplate.objects.filter(pk=template.pk).update(subject="Our own", text="Our own words.")

    load_templates()
    load_templates()

    [kept] = template.wordings.filter(language="en")
    assert (kept.text, kept.is_ours, kept.number) == ("Our own words.", False, 1)
    assert template.standing("cy").is_ours


@pytest.mark.django_db
def test_a_paragraph_the_office_put_away_stays_away():
    Snippet.objects.filter(code="SN-APPEAL").update(put_away_at="2026-01-01T00:00Z")

    load_templates()

    assert not Snippet.objects.kept().filter(code="SN-APPEAL").exists()


@pytest.mark.django_db
def test_every_paragraph_of_ours_could_be_saved_by_the_office():
    assert [fields.problem_of(snippet.text) for snippet in Snippet.objects.all()] == [
        ""
    ] * Snippet.objects.count()
    assert Snippet.objects.count() > 10


def test_a_gap_is_named_for_its_field():
    assert filling.gap("deadline_date") == "[deadline date missing]"


EARLIER_HOLD = """Dear {{ constituent_salutation }},

This is to let you know where we are with {{ issue_summary }}.

We wrote to {{ body_name }} on {{ original_sent_on }}. Their reply was due by {{ reply_due_on }} and has not come.{% if chased %} {{ chased }}{% endif %}

{{ caseworker_name }} will be in touch by {{ next_contact_on }}, even if there is still no news.

Yours sincerely,

{{ member_title }}
"""  # noqa: E501
