"""The editor and the whole way of a draft, by keyboard, in a real browser; with scripts, and without."""

from __future__ import annotations

import pytest

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.models import Body
from opencasework.office.bodies.tests.factories import BodyContactFactory
from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.letters import rich
from opencasework.office.letters.models import Letter, LookRule
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.staff.tests.factories import StaffFactory
from tests.services.browser import axe

pytestmark = pytest.mark.django_db(transaction=True)

SIGN = "style='font:7.0pt \"Times New Roman\"'"
LIST = "style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'"
IGNORE = "style='mso-list:Ignore'"
WORD = f"""<html xmlns:o="urn:schemas-microsoft-com:office:office">
<head><style>p.MsoNormal{{margin:0cm}}</style></head>
<body lang=EN-GB style='tab-interval:36.0pt'><!--StartFragment-->
<p class=MsoNormal style='margin-bottom:8pt'><b><span style='font-size:12.0pt'>Please</span></b>
would&nbsp;you:<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst {LIST}><![if !supportLists]><span
{IGNORE}>1.<span {SIGN}>&nbsp;&nbsp; </span></span><![endif]>say when</p>
<p class=MsoListParagraphCxSpLast {LIST}><![if !supportLists]><span
{IGNORE}>2.<span {SIGN}>&nbsp;&nbsp; </span></span><![endif]>say why</p>
<p class=MsoNormal onclick="alert(1)"><img src="https://tracker.example/x.png"><a
href="javascript:alert(1)">Thanks</a></p>
<!--EndFragment--></body></html>"""


@pytest.fixture
def people():
    class People:
        priya = StaffFactory(first_name="Priya", last_name="Shah")
        tom = StaffFactory(first_name="Tom", last_name="Eddowes", senior=True)
        amira = StaffFactory(first_name="Amira", last_name="Holloway", member=True)

    return People


@pytest.fixture
def letter(people):
    return LetterFactory(case__by=people.priya, text="Dear colleague,\n\nShe has waited for weeks.")


def the_words(page):
    return page.locator(".ProseMirror")


def to_the_end(page):
    the_words(page).press("Control+End")
    # The editor hears of the caret's new place with the browser's next event.
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")


def opened(live_office, letter, staff, *, edit=False):
    live_office.context.clear_cookies()
    live_office.sign_in(staff)
    page = live_office.page()
    page.goto(f"{live_office.url}/letters/{letter.pk}/{'?edit=1' if edit else ''}")
    if edit:
        the_words(page).wait_for()
    return page


def paste(page, html):
    page.evaluate(
        """html => {
          const data = new DataTransfer();
          data.setData("text/html", html);
          document.querySelector(".ProseMirror").dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        html,
    )


def test_a_letter_is_written_by_keyboard_and_kept_as_clean_rich_text(live_office, people, letter):
    page = opened(live_office, letter, people.priya, edit=True)

    box = page.get_by_role("textbox", name=letter.subject)
    assert box.get_attribute("aria-multiline") == "true"
    to_the_end(page)
    page.keyboard.press("Enter")
    page.keyboard.type("Please would you ")
    page.keyboard.press("Control+b")
    page.keyboard.type("today")
    page.keyboard.press("Control+b")
    page.keyboard.type(":")
    page.keyboard.press("Enter")
    page.keyboard.type("1. ring her")
    page.keyboard.press("Enter")
    page.keyboard.type("and write")
    page.keyboard.press("Control+]")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Saved.").wait_for()

    letter.refresh_from_db()
    assert letter.html == (
        "<p>Dear colleague,</p><p>She has waited for weeks.</p><p>Please would you <strong>today</strong>:"
        "</p><ol><li>ring her<ol><li>and write</li></ol></li></ol>"
    )
    assert letter.text.endswith("Please would you today:\n\n1. ring her\n   1. and write")


def test_tab_leaves_the_letter_escape_goes_to_the_bar_and_arrows_go_along_it(live_office, people, letter):
    page = opened(live_office, letter, people.priya, edit=True)
    focused = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"

    the_words(page).focus()
    page.keyboard.press("Escape")
    bold = page.evaluate(focused)
    page.keyboard.press("ArrowRight")
    italic = page.evaluate(focused)
    page.keyboard.press("Escape")
    back = page.evaluate(focused)
    page.keyboard.press("Tab")
    after = page.evaluate("document.activeElement.closest('.ProseMirror') === null")
    stops = page.locator("[role=toolbar] button[tabindex='0']").count()

    assert (bold, italic, back, after, stops) == ("Bold", "Italic", letter.subject, True, 1)


def test_what_is_pasted_from_word_keeps_its_sense_and_nothing_else(live_office, people, letter):
    page = opened(live_office, letter, people.priya, edit=True)
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    the_words(page).press("Control+a")
    paste(page, WORD)
    page.keyboard.press("Control+Enter")
    page.get_by_text("Saved.").wait_for()

    letter.refresh_from_db()
    assert letter.html == (
        "<p><strong>Please</strong> would you:</p><ol><li>say when</li><li>say why</li></ol><p>Thanks</p>"
    )
    assert not [address for address in asked if "tracker" in address]


def test_a_field_and_a_paragraph_are_put_in_from_the_keyboard(live_office, people, letter):
    page = opened(live_office, letter, people.priya, edit=True)

    to_the_end(page)
    page.keyboard.type(" Our reference is {")
    page.get_by_role("combobox", name="Find a field").press_sequentially("case number")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("/")
    page.get_by_role("combobox", name="Find a paragraph").wait_for()
    choice = page.locator("[role=option][aria-selected=true]").get_attribute("data-words")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Saved.").wait_for()

    letter.refresh_from_db()
    assert f'Our reference is <span class="field">{letter.case.reference}</span>' in letter.html
    assert rich.tidy(choice).split("\n")[-1] in letter.text


def test_what_one_writes_stays_on_the_server_until_it_is_saved(live_office, people, letter):
    page = opened(live_office, letter, people.priya, edit=True)
    to_the_end(page)
    page.keyboard.type(" In bold? ")
    page.keyboard.press("Control+b")
    page.keyboard.type("Yes")
    page.get_by_text("Kept until you save it").wait_for()

    page.reload()

    the_words(page).locator("strong", has_text="Yes").wait_for()
    letter.refresh_from_db()
    assert letter.text == "Dear colleague,\n\nShe has waited for weeks."


def test_two_who_write_at_once_compare_and_lose_nothing(live_office, people, letter):
    page = opened(live_office, letter, people.priya, edit=True)
    to_the_end(page)
    page.keyboard.type(" Mine.")
    Letter.objects.filter(pk=letter.pk).update(text=f"{letter.text} Theirs.", changed_by=people.tom)

    page.keyboard.press("Control+Enter")
    page.get_by_role("heading", name="Both of you changed this").wait_for()
    page.get_by_role("button", name="Save mine").click()
    page.get_by_text("Saved.").wait_for()

    letter.refresh_from_db()
    assert letter.text.endswith("She has waited for weeks. Mine.")


def test_from_draft_to_colleague_to_member_and_out_by_keyboard(live_office, people, letter):
    LookRule.objects.create(whose="caseworker", look="member")

    page = opened(live_office, letter, people.priya)
    page.get_by_label("To", exact=True).select_option(label="Tom Eddowes")
    page.get_by_label("Word for them").fill("Is the tone right?")
    page.keyboard.press("Enter")
    page.get_by_text("With Tom Eddowes now").wait_for()

    page = opened(live_office, letter, people.tom)
    page.get_by_text("Priya Shah asks you to read it.").wait_for()
    page.keyboard.press("e")
    the_words(page).wait_for()
    to_the_end(page)
    page.keyboard.type(" Without a decision she may lose her home.")
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Control+Home")
    for _ in range(5):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.type("Good morning, ")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Saved.").wait_for()
    letter.refresh_from_db()
    assert letter.text == "Dear colleague,\n\nShe has waited for weeks."
    assert [one.by for one in rich.pending(letter.html)] == [str(people.tom.pk)] * 2
    page.keyboard.press("b")
    page.keyboard.type("See what I suggest.")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Sent back to Priya Shah").wait_for()

    page = opened(live_office, letter, people.priya)
    page.get_by_text("See what I suggest.").wait_for()
    assert axe(page) == []
    page.keyboard.press("n")
    page.locator("button:focus", has_text="Accept").wait_for()
    page.keyboard.press("y")
    page.get_by_text("Nothing is open.").wait_for()
    letter.refresh_from_db()
    assert letter.text.endswith("for weeks. Without a decision she may lose her home.")
    assert letter.text.startswith("Dear colleague")
    page.get_by_label("To", exact=True).select_option(label="Amira Holloway, for signature")
    page.get_by_role("button", name="Pass it on").press("Enter")
    page.get_by_text("With Amira Holloway now").wait_for()

    page = opened(live_office, letter, people.amira)
    page.keyboard.press("Control+Enter")
    page.get_by_text("Approved as it stands.").wait_for()

    page = opened(live_office, letter, people.priya)
    page.keyboard.press("Control+Enter")
    page.get_by_text("leaves in a moment").wait_for()
    letter.refresh_from_db()
    assert letter.state == Letter.State.SENDING
    kinds = letter.case.events.filter(kind=Event.Kind.REVIEWED)
    assert kinds.count() == 4


def test_while_a_suggestion_is_selected_in_the_editor_y_accepts_it_and_n_rejects_it(
    live_office, people, letter
):
    html = '<p>She has waited for <del data-id="1">weeks</del><ins data-id="1">months</ins>, '
    html += '<ins data-id="2">really </ins>not days.</p>'
    Letter.objects.filter(pk=letter.pk).update(html=html, text=rich.to_text(html))
    page = opened(live_office, letter, people.priya)
    page.get_by_role("link", name="Edit").click()
    the_words(page).press("Control+Home")
    page.keyboard.type("Yes, no: ")  # whoever writes writes
    page.get_by_text("Alt ↓ selects a suggestion.").wait_for()
    assert axe(page) == []

    page.keyboard.press("Alt+ArrowDown")
    page.get_by_text("Suggestion 1 of 2 is selected").wait_for()
    page.keyboard.press("y")
    page.get_by_text("Suggestion 1 of 1 is selected").wait_for()
    page.keyboard.press("n")
    page.keyboard.press("Control+End")
    page.keyboard.type(" Any day now.")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Saved.").wait_for()

    letter.refresh_from_db()
    assert rich.pending(letter.html) == []
    assert letter.text == "Yes, no: She has waited for months, not days. Any day now."


def test_the_member_reads_comments_and_approves_on_a_phone(live_office, people, letter):
    page = opened(live_office, letter, people.amira)
    page.set_viewport_size({"width": 390, "height": 844})

    assert not page.get_by_role("link", name="Edit").is_visible()
    page.locator("summary", has_text="Comment").click()
    page.get_by_label("Comment", exact=True).fill("Ring her first.")
    page.get_by_role("button", name="Add the comment").click()
    page.get_by_text("Ring her first.").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert axe(page) == []


def test_all_of_it_works_with_scripts_off(live_office, browser, people, letter):
    changed = '<del data-id="1">weeks</del><ins data-id="1">months</ins>'
    html = rich.from_text(letter.text).replace("weeks", changed)
    Letter.objects.filter(pk=letter.pk).update(html=html)
    live_office.sign_in(people.tom)
    cookies = live_office.context.cookies()
    with browser.new_context(java_script_enabled=False) as context:
        context.add_cookies(cookies)
        page = context.new_page()
        page.goto(f"{live_office.url}/letters/{letter.pk}/")
        page.get_by_role("button", name="Accept").click()
        page.get_by_text("Nothing is open.").wait_for()
        page.locator("summary", has_text="Comment").click()
        page.get_by_label("About").select_option(label="She has waited for months.")
        page.get_by_label("Comment", exact=True).fill("How many?")
        page.get_by_role("button", name="Add the comment").click()
        page.get_by_text("How many?").wait_for()
        page.get_by_role("link", name="Edit").click()
        page.get_by_label("Letter", exact=True).fill("Dear colleague,\n\nShe has waited for nine months.")
        page.get_by_label("Suggest the changes instead of making them").check()
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_text("1 suggestion waits").wait_for()

    letter.refresh_from_db()
    assert letter.text == "Dear colleague,\n\nShe has waited for months."
    assert [one.added for one in rich.pending(letter.html)] == ["nine "]


def test_wording_that_needs_no_change_is_kept_as_it_is(live_office, people):
    case = LetterFactory(case__by=people.priya).case
    live_office.sign_in(people.priya)
    page = live_office.page()

    page.goto(f"{live_office.url}/cases/{case.pk}/letters/new/?template=LT-CLOSE")
    the_words(page).wait_for()
    page.get_by_role("button", name="Keep the draft").click()
    page.get_by_role("link", name="Edit").wait_for()

    assert "I am closing your case now." in case.letters.get(kind="closing").text


def test_a_new_letter_is_written_in_the_editor_too(live_office, people):
    case = CaseFactory(by=people.priya)
    AuthorityFactory(case=case)
    hmrc = Body.objects.get(code="HMRC")
    BodyContactFactory(body=hmrc, email="members@revenue.example")
    LetterFactory(case__by=people.priya)
    live_office.sign_in(people.priya)
    page = live_office.page()

    page.goto(f"{live_office.url}/cases/{case.pk}/letters/new/?body={hmrc.pk}")
    the_words(page).press("Control+a")
    page.keyboard.type("Dear colleague, why is it late?")
    assert axe(page) == []
    page.get_by_role("button", name="Keep the draft").click()
    page.get_by_role("button", name="Send", exact=True).wait_for()

    assert Letter.objects.get(case=case).html == "<p>Dear colleague, why is it late?</p>"
