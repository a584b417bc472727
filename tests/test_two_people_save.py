"""Two people who save one page at once: neither loses a word of what the office keeps."""

from __future__ import annotations

import io
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from opencasework.office.bodies.tests.factories import BodyContactFactory, BodyFactory, body
from opencasework.office.campaigns.gathering import gather
from opencasework.office.campaigns.models import Campaign
from opencasework.office.campaigns.tests.factories import many
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.chasing.models import Rung
from opencasework.office.letters.models import LetterTemplate
from opencasework.office.letters.stationery import Snippet, Stationery
from opencasework.office.places.models import Office
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.referrals.models import Complaint, Inward, Partner
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

Page = tuple[str, Callable[[str], Any]]  # its address, and what stands in a field now


def _a_body() -> Page:
    found = BodyFactory(kind="housing")
    return f"/bodies/{found.pk}/edit/", _fields_of(found)


def _a_body_of_the_directory() -> Page:
    found = body("DWP")
    return f"/bodies/{found.pk}/edit/", _fields_of(found)


def _a_contact() -> Page:
    found = BodyContactFactory()
    return f"/bodies/{found.body_id}/contacts/{found.pk}/", _fields_of(found)


def _the_letterhead() -> Page:
    def standing(name: str) -> Any:
        return getattr(Office.here() if name == "address" else Stationery.here(), name)

    return "/letters/letterhead/", standing


def _a_campaigns_letter() -> Page:
    many(5)
    gather()
    found = Campaign.objects.get()
    return f"/campaigns/{found.pk}/letters/here/?edit=1", lambda name: getattr(found.letters.get(), name)


def _a_complaint() -> Page:
    found = Complaint.objects.create(
        case=CaseFactory(),
        body=body("DWP"),
        scheme_code="HOS",
        what_happened="They lost it.",
        wanted="Money.",
    )
    return f"/complaints/{found.pk}/words/", _fields_of(found)


def _a_partner() -> Page:
    found = Partner.objects.create(body=body("CAB"), kind="advice", takes="Debt")
    return f"/partners/{found.pk}/edit/", _fields_of(found)


def _what_came_from_a_partner() -> Page:
    partner = Partner.objects.create(body=body("CAB"), kind="advice")
    found = Inward.objects.create(
        case=CaseFactory(), partner=partner, came_on=timezone.localdate(), consent="seen"
    )
    return f"/referrals-in/{found.pk}/edit/", _fields_of(found)


def _a_step_of_the_ladder() -> Page:
    found = Rung.objects.exclude(template=None).order_by("number")[0]
    return f"/chasers/ladder/{found.pk}/", _fields_of(found)


def _the_rules_for_mail() -> Page:
    return "/settings/mail/", lambda name: getattr(Office.here(), name)


def _a_paragraph() -> Page:
    found = Snippet.objects.create(name="Opening", text="We are open.", keywords="hours")
    return f"/letters/wording/snippets/{found.pk}/", _fields_of(found)


def _fields_of(row: Any) -> Callable[[str], Any]:
    return lambda name: getattr(type(row)._default_manager.get(pk=row.pk), name)


# Each with a field both change, and another that only the one does.
PAGES = {
    "a body": (_a_body, "notes", "website"),
    "a body of the directory": (_a_body_of_the_directory, "notes", "what_for"),
    "a contact": (_a_contact, "asks_for", "name"),
    "the letterhead": (_the_letterhead, "address", "strapline"),
    "a campaign's letter": (_a_campaigns_letter, "text", "subject"),
    "a complaint": (_a_complaint, "what_happened", "wanted"),
    "a partner": (_a_partner, "takes", "how_note"),
    "what came from a partner": (_what_came_from_a_partner, "contact", "reference"),
    "a step of the ladder": (_a_step_of_the_ladder, "name", "days"),
    "the rules for mail": (_the_rules_for_mail, "postcode_prefixes", "other_member_days"),
    "a paragraph": (_a_paragraph, "text", "keywords"),
}
WORDS: dict[str, tuple[Any, Any]] = {  # where not any words will do: before, theirs and mine
    "postcode_prefixes": ("WX1", "WX2"),
    "website": ("https://one.example/", "https://two.example/"),
    "days": (11, 12),
    "other_member_days": (11, 12),
}


@pytest.fixture
def two(home):
    """Two people at their own browsers, who may both do all of this."""
    OfficeFactory()
    found = Client(), Client()
    for client in found:
        client.force_login(StaffFactory(office_manager=True))
    return found


def sent_by(client: Client, address: str) -> dict[str, Any]:
    """What the form would send as it was opened."""
    form = client.get(address).context["form"]
    values = {name: form[name].value() for name in form.fields if name != "logo"}
    return {name: value for name, value in values.items() if value not in (None, False, "")}


def words_for(name: str) -> tuple[Any, Any]:
    return WORDS.get(name, ("Words of theirs", "Words of mine"))


@pytest.mark.parametrize("page", PAGES)
def test_what_both_changed_is_shown_side_by_side_and_nothing_is_saved_until_one_chooses(page, two):
    make, both, _ = PAGES[page]
    address, standing = make()
    theirs, mine = words_for(both)
    other, me = two
    opened = sent_by(me, address)
    other.post(address, sent_by(other, address) | {both: theirs})

    asked = me.post(address, opened | {both: mine})
    between = standing(both)
    shown = unescape(asked.content.decode())
    again = {"opened": asked.context["opened"], **dict(asked.context["mine"])}
    saved = me.post(address, again)

    assert asked.status_code == 409
    assert "Both of you changed this" in shown
    assert between == theirs
    assert str(theirs).split()[-1] in shown
    assert saved.status_code == 302
    assert standing(both) == mine


@pytest.mark.parametrize("page", PAGES)
def test_what_each_changed_in_another_field_is_kept_of_both(page, two):
    make, one, another = PAGES[page]
    address, standing = make()
    other, me = two
    opened = sent_by(me, address)
    other.post(address, sent_by(other, address) | {one: words_for(one)[0]})

    saved = me.post(address, opened | {another: words_for(another)[1]})

    assert saved.status_code == 302
    assert (standing(one), standing(another)) == (words_for(one)[0], words_for(another)[1])
    assert "Somebody else had changed meanwhile" in " ".join(map(str, get_messages(saved.wsgi_request)))


def test_a_wording_chosen_meanwhile_is_not_set_back(two):
    rung = Rung.objects.exclude(template=None).order_by("number")[0]
    address = f"/chasers/ladder/{rung.pk}/"
    wordings = LetterTemplate.objects.filter(to_body=True, kind="chaser").exclude(pk=rung.template_id)
    other, me = two
    opened = sent_by(me, address)
    other.post(address, sent_by(other, address) | {"template": wordings[0].pk})

    me.post(address, opened | {"name": "First reminder, kindly"})

    rung.refresh_from_db()
    assert (rung.name, rung.template) == ("First reminder, kindly", wordings[0])


def test_a_contact_that_a_colleague_removed_is_not_lost_to_whoever_was_writing(two):
    contact = BodyContactFactory(name="Hotline")
    address = f"/bodies/{contact.body_id}/contacts/{contact.pk}/"
    other, me = two
    opened = sent_by(me, address)
    other.post(f"{address}removal/")

    saved = me.post(address, opened | {"asks_for": "date of birth"})

    assert "A colleague had removed it meanwhile" in " ".join(map(str, get_messages(saved.wsgi_request)))
    assert contact.body.contacts.get().asks_for == "date of birth"


def test_a_new_logo_is_not_lost_while_one_compares(two):
    picture = io.BytesIO()
    Image.new("RGB", (40, 20), "navy").save(picture, "PNG")
    other, me = two
    opened = sent_by(me, "/letters/letterhead/")
    other.post("/letters/letterhead/", sent_by(other, "/letters/letterhead/") | {"address": "1 High Street"})

    logo = SimpleUploadedFile("logo.png", picture.getvalue(), content_type="image/png")
    asked = me.post("/letters/letterhead/", opened | {"address": "2 High Street", "logo": logo})
    me.post("/letters/letterhead/", {"opened": asked.context["opened"], **dict(asked.context["mine"])})

    assert asked.status_code == 409
    assert Office.here().address == "2 High Street"
    assert Stationery.here().logo_sha256 != ""
