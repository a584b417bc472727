"""Ten messages of ten kinds, none with more than three keys; many at once; and the same with scripts off."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox import desk_acts
from opencasework.office.inbox.actions import take
from opencasework.office.inbox.models import Message
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from tests.services.browser import barriers_on, wait_for_truth

from .factories import MessageFactory
from .triaging import decide_the_open_one

pytestmark = pytest.mark.django_db(transaction=True)
THREE_KEYS = 3
# What can be pressed and is lower than 44 pixels, with what is drawn around it; links within a text may be.
TOO_SMALL_FOR_A_FINGER = """() => [
    ...document.querySelectorAll("main :is(a, button, summary, input[type=checkbox])"),
].filter((each) => each.checkVisibility() && !each.closest("p, .side-meta")).filter((each) => {
    const around = getComputedStyle(each, "::after");
    const isWider = around.content !== "none" && around.position === "absolute";
    const place = each.matches(".row-title") ? each.closest("li") : each.closest(".segmented") ?? each;
    return place.getBoundingClientRect().height + (isWider ? -2 * parseFloat(around.top) : 0) < 44;
}).map((each) => each.outerHTML.slice(0, 120))"""


@pytest.fixture
def ana():
    OfficeFactory(postcode_prefixes="WX4, WX5")
    StaffFactory(first_name="Kofi", last_name="Wren")
    return StaffFactory(first_name="Ana", last_name="Lys")


@pytest.fixture
def ten(ana):
    """Two replies, three problems, a newsletter, an automatic reply, a campaign, a neighbour, a riddle."""
    enquiry = EnquiryFactory()
    nia = PersonFactory(email__address="nia@post.example")
    proposed = {"proposal": "thread", "proposal_reason": "It answers a mail on the case."}
    made = [
        {"subject": "Photographs", "proposed_case": CaseFactory(), **proposed},
        {
            "subject": "RE: Your enquiry",
            "proposed_case": enquiry.case,
            "proposed_enquiry": enquiry,
            **proposed,
        },
        {"subject": "Universal Credit stopped", "text": "My Universal Credit stopped.\n\nWX4 7QP"},
        {"subject": "Damp", "text": "Damp and mould in every room.\n\nWX5 1QL", "from_address": nia.email},
        {"subject": "Passport delayed", "text": "My passport renewal takes months and we fly on Friday."},
        {"subject": "This month in trade", "text": "News.", "bulk": True},
        {"subject": "Out of office", "text": "I am away.", "auto_reply": True},
        {"subject": "Please vote for the Clean Rivers Bill", "text": "Please vote for it."},
        {"subject": "Potholes", "text": "My road.\n\n12 High Street, AB1 2CD"},
        {"subject": "Hello", "text": "Have you heard anything?"},
    ]
    return [
        MessageFactory(
            received_at=datetime(2026, 11, 20 - number, 9, tzinfo=UTC),
            from_name=f"{'Abcdefghij'[number] * 4} {'Klmnopqrst'[number] * 5}",  # nobody's name is another's
            **each,
        )
        for number, each in enumerate(made)
    ]


@pytest.mark.timeout(400)  # ten messages, some thirty pages
def test_no_message_of_ten_kinds_takes_more_than_three_keys(live_office, ana, ten):
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/inbox/messages/{ten[0].pk}/")

    decided = [decide_the_open_one(page) for _ in ten]

    assert [each.subject for each in decided] == [message.subject for message in ten]
    assert {each.subject: each.keys for each in decided if each.keys > THREE_KEYS} == {}
    assert Message.objects.untriaged().filter(taken_by=None).count() == 0
    assert len({each.presses for each in decided}) >= 4


@pytest.mark.parametrize("known", [True, False])
def test_a_message_about_two_things_is_two_cases_with_three_keys(live_office, ana, ten, known):
    """P proposes the parts and the issue of each; Control Enter, which is two, opens the cases."""
    if known:
        PersonFactory(full_name="Gwen Ashe", email__address="gwen@post.example")
    both = MessageFactory(
        from_name="Gwen Ashe",
        from_address="gwen@post.example",
        subject="Two things",
        text="There is damp and black mould in every room of our council flat.\n\n"
        "My Universal Credit was stopped in October and nobody answers.\n\nGwen Ashe",
    )
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/inbox/messages/{both.pk}/")

    page.keyboard.press("p")
    page.get_by_role("heading", name="One message, several cases").wait_for()
    page.keyboard.press("Control+Enter")
    page.get_by_text("On OC-").first.wait_for()

    assert both.parts.count() == 2
    both.refresh_from_db()
    assert both.decision == "case"


def test_what_is_ticked_stays_ticked_while_one_reads_on_and_is_filed_at_once(live_office, ana, ten):
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/inbox/messages/{ten[5].pk}/")

    page.keyboard.press("x")
    page.keyboard.press("j")
    page.get_by_role("heading", name="Out of office", level=1).wait_for()
    page.keyboard.press("x")
    page.get_by_text("Messages ticked: 2").wait_for()
    page.keyboard.press("j")
    page.get_by_role("heading", name="Please vote", level=1).wait_for()
    page.keyboard.press("Shift+x")
    page.get_by_text("Messages ticked: 3").wait_for()
    page.keyboard.press("e")
    page.get_by_role("heading", name="File away: 3 messages").wait_for()
    page.keyboard.press("Control+Enter")
    page.get_by_text("3 messages are filed away").wait_for()

    assert Message.objects.filter(decision="filed_away").count() == 3
    page.keyboard.press("z")
    page.get_by_text("Taken back for 3 messages.").wait_for()
    assert Message.objects.untriaged().count() == 10


def test_what_one_act_does_not_take_stays_ticked(live_office, ana, ten, monkeypatch):
    monkeypatch.setattr(desk_acts, "MOST", 2)
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/inbox/messages/{ten[5].pk}/")

    page.keyboard.press("x")
    page.keyboard.press("j")
    page.get_by_role("heading", name="Out of office", level=1).wait_for()
    page.keyboard.press("j")
    page.get_by_role("heading", name="Please vote", level=1).wait_for()
    page.keyboard.press("Shift+x")
    page.get_by_text("Messages ticked: 3").wait_for()
    page.keyboard.press("e")
    page.get_by_role("heading", name="File away: 2 messages").wait_for()
    page.get_by_text("1 more stays ticked").wait_for()
    page.keyboard.press("Control+Enter")
    page.get_by_text("2 messages are filed away").wait_for()

    page.get_by_text("Messages ticked: 1").wait_for()
    assert Message.objects.filter(decision="filed_away").count() == 2


def test_i_in_the_open_menu_claims_the_message_and_z_lets_go_again(live_office, ana):
    message = MessageFactory(subject="Bins")
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/inbox/messages/{message.pk}/")

    page.keyboard.press("t")
    page.get_by_role("button", name="Kofi Wren").wait_for()
    page.keyboard.press("i")
    page.get_by_text("It is yours.").wait_for()
    message.refresh_from_db()
    claimed_by = message.taken_by
    page.keyboard.press("z")
    page.get_by_text("Taken back.").wait_for()

    message.refresh_from_db()
    assert (claimed_by, message.taken_by) == (ana, None)


def test_after_an_act_one_begins_at_the_row_or_the_heading_and_not_on_nothing(live_office, ana):
    for subject in ("Bins", "Damp"):
        MessageFactory(subject=subject)
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/inbox/?q=damp")
    page.get_by_role("heading", name="Damp").wait_for()

    page.keyboard.press("e")
    page.get_by_text("Filed “Damp” away").wait_for()
    wait_for_truth(page, "() => document.activeElement !== document.body")
    page.goto(f"{live_office.url}/inbox/log/")
    page.get_by_role("button", name="Take back").click()
    page.get_by_text("Taken back.").wait_for()

    expect(page.get_by_role("heading", name="What was decided lately")).to_be_focused()


@pytest.mark.parametrize("path", ["/inbox/", "/inbox/log/"])
def test_a_finger_finds_44_pixels_for_every_act(live_office, ana, ten, path):
    take(ten[0], by=ana)
    live_office.sign_in(ana)
    page = live_office.page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_office.url}{path}")
    page.get_by_role("heading", level=1).wait_for()

    assert page.evaluate(TOO_SMALL_FOR_A_FINGER) == []


def test_a_key_pressed_while_the_next_message_is_on_its_way_does_not_untick_this_one(live_office, ana, ten):
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/inbox/messages/{ten[5].pk}/")

    page.keyboard.press("x")
    page.get_by_text("Messages ticked: 1").wait_for()
    # Both keys before the browser has anything of the next page.
    page.evaluate(
        """() => {
            for (const key of ["j", "x"]) {
                const typed = {key, code: `Key${key.toUpperCase()}`, bubbles: true};
                document.body.dispatchEvent(new KeyboardEvent("keydown", typed));
            }
        }"""
    )
    page.get_by_role("heading", name="Out of office", level=1).wait_for()

    page.get_by_text("Messages ticked: 1").wait_for()


def test_the_help_lists_the_keys_for_what_is_ticked(live_office, ana, ten):
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/inbox/messages/{ten[5].pk}/")

    page.keyboard.press("?")
    keys = page.locator("[data-keys-list] section", has_text="Many messages at once")

    keys.get_by_text("tick all from the one ticked last").wait_for()
    keys.get_by_text("Together").wait_for()


def test_on_a_phone_what_becomes_of_the_ticked_stands_at_the_lower_edge(live_office, ana, ten):
    live_office.sign_in(ana)
    with live_office.window((390, 844)) as page:
        page.goto(f"{live_office.url}/inbox/")
        page.get_by_label("Tick Photographs").check()
        button = page.locator("#selection").get_by_role("button", name="File away")

        assert button.evaluate("(it) => it.getBoundingClientRect().bottom < innerHeight")


def test_a_colleague_is_picked_by_initial_and_a_snooze_by_its_letter(live_office, ana, ten):
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/inbox/messages/{ten[2].pk}/")

    page.keyboard.press("t")
    page.keyboard.press("k")
    page.get_by_role("heading", name="Damp", level=1).wait_for()
    page.keyboard.press("s")
    page.keyboard.press("m")
    page.get_by_role("heading", name="Passport delayed", level=1).wait_for()

    ten[2].refresh_from_db()
    assert str(ten[2].taken_by) == "Kofi Wren"
    assert ten[3].snooze.until is not None


def test_single_keys_rest_where_the_settings_say_so(live_office, ana, ten):
    ana.keyboard_shortcuts = False
    ana.save()
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/inbox/messages/{ten[5].pk}/")

    for key in ("e", "x", "m", "o", "t", "s", "j"):
        page.keyboard.press(key)
    page.wait_for_timeout(500)

    assert page.url.endswith(f"/{ten[5].pk}/")
    assert not page.locator(".row-tick:checked").count()
    assert Message.objects.untriaged().count() == 10


def test_the_desk_works_with_scripts_off(live_office, ana, ten):
    live_office.sign_in(ana)
    with live_office.window(java_script_enabled=False) as page:
        page.goto(f"{live_office.url}/inbox/messages/{ten[2].pk}/")
        page.locator("summary", has_text="Assign").click()
        page.get_by_role("button", name="Kofi Wren").click()
        page.locator("summary", has_text="Snooze").click()
        page.get_by_role("button", name="Tomorrow").click()
        page.get_by_label("Tick This month in trade").check()
        page.get_by_label("Tick Out of office").check()
        page.locator("#selection").get_by_role("button", name="File away").click()
        page.get_by_role("button", name="File away").click()
        page.get_by_text("2 messages are filed away").wait_for()
        page.get_by_role("button", name="Undo").click()
        page.get_by_text("Taken back for 2 messages.").wait_for()

    ten[2].refresh_from_db()
    assert str(ten[2].taken_by) == "Kofi Wren"


@pytest.mark.parametrize("size", [(1440, 900), (390, 844), (320, 640)])
def test_every_page_of_the_desk_is_free_of_barriers_at_any_width(live_office, ana, ten, size):
    live_office.sign_in(ana)
    pages = [
        f"/inbox/messages/{ten[3].pk}/",
        "/inbox/?show=urgent",
        f"/inbox/messages/{ten[3].pk}/snoozing/",
        f"/inbox/messages/{ten[3].pk}/splitting/",
        f"/inbox/selection/?act=snoozed&message={ten[3].pk}&message={ten[4].pk}",
        "/inbox/log/",
    ]
    found = []
    with live_office.window(size) as page:
        for address in pages:
            page.goto(address)
            if page.locator(".inbox-filter > summary").is_visible():
                page.locator(".inbox-filter > summary").click()
            found += barriers_on(page, address)

    assert found == []
