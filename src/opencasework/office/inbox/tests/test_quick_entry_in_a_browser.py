"""Quick entry with the keyboard alone: how many keys it takes, and that nothing typed is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox.models import Message, Upload
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from tests.services.browser import axe, barriers, wait_for_truth

from . import scans

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("home")]
# What a journey may take besides the words of the note: keys that move, choose and save, and a surname.
MOST_KEYS = 16
KINDS = ("call", "letter", "visit", "social")


@pytest.fixture
def ana():
    OfficeFactory()
    return StaffFactory(first_name="Ana")


@pytest.fixture
def nia(ana):
    nia = PersonFactory(full_name="Nia Pryce", address__postcode="WX4 7QP", phone__number="01632 960461")
    CaseFactory(owner=ana, person=nia, title="Damp on the landing")
    PersonFactory(full_name="Nesta Prydderch")
    return nia


@pytest.fixture
def page(live_office, ana):
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/cases/")
    return page


class Keys:
    """Presses keys and counts them; the words of the note are typed uncounted."""

    def __init__(self, page):
        self.page = page
        self.pressed = 0

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def surname(self, letters):
        self.page.keyboard.type(letters)
        self.pressed += len(letters)

    def note(self, words):
        self.page.keyboard.type(words)


def form(page, kind):
    page.locator(f'.entry-form[action="/inbox/new/{kind}/"][data-begun] [name=from_name]:focus').wait_for()


def saved(page):
    page.get_by_text("Written down. Now decide what becomes of it.").wait_for()
    return Message.objects.get()


def test_a_call_of_somebody_we_know_is_written_down_from_any_page(page, nia):
    keys = Keys(page)

    keys.press("l")
    form(page, "call")
    keys.surname("pryce")
    page.get_by_role("option", name="Nia Pryce").wait_for()
    keys.press("ArrowDown", "Enter")
    keys.note("Her boiler is broken.")
    keys.press("Control+Enter")

    message = saved(page)
    assert (message.channel, message.person, message.text) == ("phone", nia, "Her boiler is broken.")
    assert page.get_by_role("heading", name="Her boiler is broken.", level=1).is_visible()
    assert keys.pressed <= MOST_KEYS


def test_a_visit_of_somebody_new_is_written_down(page):
    keys = Keys(page)

    keys.press("l")
    form(page, "call")
    keys.press("Alt+3")
    form(page, "visit")
    keys.surname("Mrs Vale")
    keys.press("Enter")
    keys.note("Evicted on Monday.")
    keys.press("Control+Enter")

    message = saved(page)
    assert (message.channel, message.from_name, message.person) == ("surgery", "Mrs Vale", None)
    assert message.details["where"] == "Our office"
    assert keys.pressed <= MOST_KEYS


def test_a_post_is_written_down(page):
    keys = Keys(page)

    keys.press("Alt+4")
    form(page, "social")
    keys.surname("@nia")
    keys.press("Tab")
    keys.surname("X")
    keys.press("Tab", "Tab")
    keys.note("When are the bins back?")
    keys.press("Control+Enter")

    message = saved(page)
    assert (message.channel, message.from_name, message.details["network"]) == ("social", "@nia", "X")
    assert keys.pressed <= MOST_KEYS


def test_a_pile_of_letters_is_written_down_one_after_the_other(page, tmp_path):
    (tmp_path / "scan.pdf").write_bytes(scans.pdf("My rent went up."))
    keys = Keys(page)

    # Asked for early: the browser must have heard that we answer its dialog before a key opens it.
    with page.expect_file_chooser() as chooser:
        keys.press("Alt+2")
        form(page, "letter")
        keys.surname("Mr Ash")
        keys.press("Enter")
        page.locator("[name=scans]:focus").wait_for()
        keys.press("Enter")
    chooser.value.set_files(tmp_path / "scan.pdf")  # in the system's dialog: a letter or two, and Enter
    keys.pressed += 3
    keys.press("Control+Shift+Enter")
    page.get_by_text("“My rent went up.” is in the inbox.").wait_for()
    form(page, "letter")

    message = Message.objects.get()
    assert (message.channel, message.from_name, message.text) == ("letter", "Mr Ash", "My rent went up.")
    assert page.locator("[name=from_name]").input_value() == ""
    assert keys.pressed <= MOST_KEYS


def test_what_is_typed_survives_escape_a_reload_another_form_and_a_wrong_one(page, nia):
    page.keyboard.press("l")
    form(page, "call")
    page.keyboard.type("pryce")
    page.get_by_role("option", name="Nia Pryce").click()
    page.keyboard.type("Her boiler is broken.")
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("l")
    page.get_by_text("What you had begun is here again.").wait_for()
    page.keyboard.press("Alt+4")
    page.locator('.entry-form[action="/inbox/new/social/"]').wait_for()
    page.get_by_label("Network").fill("X")
    page.get_by_label("When").fill("the day before yesteryear")
    page.keyboard.press("Control+Enter")
    page.locator("#entry").get_by_role("alert").wait_for()

    assert page.locator("[name=text]").input_value() == "Her boiler is broken."
    assert page.locator("[data-chosen]").get_by_text("Nia Pryce").is_visible()
    page.get_by_label("When").fill("")
    page.keyboard.press("Control+Enter")
    assert saved(page).person == nia
    assert page.evaluate("sessionStorage.getItem('oc-entry')") is None


def test_a_call_is_timed_from_its_beginning_through_escape_another_form_and_back(page):
    page.keyboard.press("l")
    form(page, "call")
    opened = page.locator("[name=opened_at]").input_value()
    page.keyboard.type("Mr Osei")
    page.keyboard.press("Escape")
    page.get_by_text("Kept. L brings it back.").wait_for()
    page.keyboard.press("l")
    page.get_by_text("What you had begun is here again.").wait_for()
    expect(page.locator("[name=opened_at]")).to_have_value(opened)
    page.keyboard.press("Alt+3")
    form(page, "visit")
    page.keyboard.press("Alt+1")
    form(page, "call")

    # What was begun comes back a moment after its form.
    expect(page.locator("[name=opened_at]")).to_have_value(opened)
    expect(page.locator("[data-since]")).to_have_attribute("data-since", opened)
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("l")
    page.get_by_role("button", name="Start afresh").click()
    assert page.locator("[name=opened_at]").input_value() > opened


def test_a_form_sent_too_early_says_in_our_words_what_is_missing(page):
    page.keyboard.press("l")
    form(page, "call")
    page.keyboard.type("Mr Osei")
    page.keyboard.press("Control+Enter")
    problem = page.locator("#entry").get_by_role("alert")
    problem.get_by_text("Write what was said or written. Nothing was kept.").wait_for()

    assert problem.evaluate("element => element === document.activeElement")
    assert page.locator("[name=from_name]").input_value() == "Mr Osei"


def test_a_lost_connection_loses_nothing(page, live_office):
    page.keyboard.press("l")
    form(page, "call")
    page.keyboard.insert_text("Mr Osei")  # looked up once; what fails next is the saving
    page.get_by_text("Nobody by that name.").wait_for()
    page.keyboard.press("Enter")
    page.keyboard.type("He flies on Friday.")
    live_office.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    page.locator("#entry").get_by_text("Not saved.").wait_for()
    live_office.context.set_offline(False)
    page.keyboard.press("Control+Enter")

    assert saved(page).text == "He flies on Friday."
    live_office.complaints.lines.clear()  # the browser says that it was offline


def arrives_and_is_not_heard_of(route):
    """The server has all of it, and its answer is lost on the way."""
    route.fetch(max_redirects=0)
    route.abort()


# As `arrives_and_is_not_heard_of`, for a form with files: a route would not pass on what is in them.
LOSES_ITS_ANSWER = """() => {
  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (body) {
    XMLHttpRequest.prototype.send = send;
    this.onload = () => this.onerror();
    send.call(this, body);
  };
}"""


def test_a_letter_whose_answer_was_lost_is_there_once_with_its_scans_when_it_is_sent_again(
    page, live_office, tmp_path
):
    (tmp_path / "scan.pdf").write_bytes(scans.pdf("My rent went up."))
    page.keyboard.press("Alt+2")
    form(page, "letter")
    page.locator("#entry [name=from_name]").fill("Mr Ash")
    page.get_by_text("Nobody by that name.").wait_for()
    page.locator("#entry [name=scans]").set_input_files(tmp_path / "scan.pdf")
    page.evaluate(LOSES_ITS_ANSWER)
    page.keyboard.press("Control+Enter")
    page.locator("#entry").get_by_text("Not saved.").wait_for()
    page.keyboard.press("Control+Shift+Enter")  # and on to the next of the pile
    page.get_by_text("It had arrived the first time.").wait_for()

    letter = Message.objects.get()
    assert [each.filename for each in letter.attachments.all()] == ["scan.pdf"]
    expect(page.locator("#entry [name=from_name]")).to_have_value("")
    live_office.complaints.lines.clear()  # the browser says that an answer was lost


def test_a_call_whose_answer_was_lost_is_there_once_when_its_form_is_opened_anew(page, live_office):
    page.keyboard.press("l")
    form(page, "call")
    page.locator("#entry [name=from_name]").fill("Mr Osei")
    page.get_by_text("Nobody by that name.").wait_for()
    page.locator("#entry [name=text]").fill("He flies on Friday.")
    page.route("**/inbox/new/call/", arrives_and_is_not_heard_of, times=1)
    page.keyboard.press("Control+Enter")
    page.locator("#entry").get_by_text("Not saved.").wait_for()
    page.reload()
    page.keyboard.press("l")
    page.get_by_text("What you had begun is here again.").wait_for()
    page.keyboard.press("Control+Enter")
    page.get_by_text("It had arrived the first time.").wait_for()

    assert Message.objects.get().text == "He flies on Friday."
    live_office.complaints.lines.clear()  # the browser says that an answer was lost


def test_what_one_has_begun_is_gone_at_sign_out(page):
    page.keyboard.press("l")
    form(page, "call")
    page.keyboard.type("Mr Osei")
    wait_for_truth(page, "sessionStorage.getItem('oc-entry')")
    page.keyboard.press("Escape")
    page.locator("summary[aria-label*='Your account']").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/**")

    assert page.evaluate("sessionStorage.getItem('oc-entry')") is None


def test_a_name_nobody_has_is_said_to_be_new(page, nia):
    page.keyboard.press("l")
    form(page, "call")
    page.keyboard.type("o")
    page.keyboard.type("sei")
    said = page.get_by_text("Nobody by that name. It is written down as new.")
    said.wait_for()

    assert said.evaluate("element => element.getBoundingClientRect().height") > 10
    page.locator("[name=from_name]").fill("pryce")
    page.get_by_role("option", name="Nia Pryce").wait_for()
    assert not said.is_visible()


def test_another_name_is_another_person(page, nia):
    page.keyboard.press("l")
    form(page, "call")
    page.keyboard.type("pryce")
    page.get_by_role("option", name="Nia Pryce").click()
    page.locator("[name=from_name]").fill("Nia Pritchard")
    page.locator("[name=text]").fill("It is somebody else.")
    page.keyboard.press("Control+Enter")

    message = saved(page)
    assert (message.person, message.from_name) == (None, "Nia Pritchard")


def test_the_keys_are_listed_behind_the_question_mark(page):
    page.keyboard.press("?")
    sheet = page.locator("#keys")
    sheet.get_by_text("What reached us, from anywhere").wait_for()

    for act in (
        "undo what was just done",
        "Log a call",
        "Record a letter",
        "Record a visit",
        "Record a social-media message",
    ):
        assert sheet.get_by_text(act).first.is_visible()


@pytest.mark.parametrize("size", [(1440, 900), (390, 844), (320, 640)])
def test_every_form_is_free_of_barriers_in_the_dialog_and_on_its_page(live_office, ana, nia, size):
    live_office.sign_in(ana)
    found = []
    with live_office.window(size) as page:
        for kind in KINDS:
            found += barriers(page, f"/inbox/new/{kind}/?person={nia.pk}")
        page.goto(f"{live_office.url}/inbox/files/")
        found += axe(page)
        page.keyboard.press("l")
        page.goto(f"{live_office.url}/cases/")
        page.keyboard.press("l")
        form(page, "call")
        page.keyboard.type("pry")
        page.get_by_role("option", name="Nia Pryce").wait_for()
        found += axe(page, within="#entry")

    assert found == []


DROP = """async ([name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name));
  for (const kind of ["dragover", "drop"]) {
    const event = new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
    document.querySelector("main").dispatchEvent(event);
  }
}"""


def test_mail_dropped_on_the_inbox_comes_in_and_its_result_is_still_there_after_a_reload(page, live_office):
    mail = "From: Nia <nia@post.example>\r\nSubject: My rent\r\n\r\nIt went up.\r\n"
    page.goto(f"{live_office.url}/inbox/")
    page.evaluate(DROP, ["rent.eml", mail])
    page.get_by_text("1 new, 0 known, 0 unreadable.").wait_for()
    page.get_by_role("link", name="My rent").wait_for()
    page.goto(f"{live_office.url}/inbox/files/")
    page.get_by_text("1 new, 0 known, 0 unreadable.").wait_for()

    assert Message.objects.get().subject == "My rent"


def test_what_came_in_has_headings_in_their_order(page, live_office):
    page.goto(f"{live_office.url}/inbox/")
    for words in ("1 new, 0 known", "0 new, 1 known"):
        page.evaluate(DROP, ["rent.eml", "From: nia@post.example\r\nSubject: My rent\r\n\r\nUp.\r\n"])
        page.get_by_text(words).wait_for()
        page.goto(f"{live_office.url}/inbox/")
    found = barriers(page, "/inbox/files/")

    assert page.get_by_role("heading", name="Here already").is_visible()
    assert found == []


def test_after_a_drop_the_dialog_names_the_file_and_the_list_behind_it_is_read_anew(page, live_office):
    page.goto(f"{live_office.url}/inbox/")
    meanwhile = []

    def look(route):
        meanwhile.append(page.locator("#bring-in [data-said]").inner_text())
        meanwhile.append(page.locator("#bring-in-files").is_visible())
        route.continue_()

    page.route("**/pieces/", look, times=1)
    page.evaluate(DROP, ["rent.eml", "From: nia@post.example\r\nSubject: My rent\r\n\r\nUp.\r\n"])
    page.get_by_text("1 new, 0 known, 0 unreadable.").wait_for()

    assert meanwhile == ["Bringing in rent.eml", False]
    assert page.locator("#bring-in .btn-primary:visible").all_inner_texts() == ["To the inbox"]
    page.keyboard.press("Escape")
    page.get_by_text("1 to decide about").wait_for()


def test_a_dropped_file_goes_on_by_itself_after_the_connection_was_lost(page, live_office):
    page.goto(f"{live_office.url}/inbox/")
    page.route("**/pieces/", lambda route: route.abort(), times=1)
    page.evaluate(DROP, ["rent.eml", "From: nia@post.example\r\nSubject: My rent\r\n\r\nUp.\r\n"])
    page.get_by_text("1 new, 0 known, 0 unreadable.").wait_for()

    assert Upload.objects.get().result["new"] == 1
    live_office.complaints.lines.clear()  # the browser says that a piece was lost


def test_a_file_whose_last_answer_was_lost_is_here_once_and_ends(page, live_office):
    page.clock.install()
    page.goto(f"{live_office.url}/inbox/")
    page.route("**/pieces/", arrives_and_is_not_heard_of, times=1)
    page.evaluate(DROP, ["rent.eml", "From: nia@post.example\r\nSubject: My rent\r\n\r\nUp.\r\n"])
    page.get_by_text("Trying again by itself").wait_for()
    page.clock.fast_forward(3_000)
    page.get_by_text("1 new, 0 known, 0 unreadable.").wait_for()

    assert Upload.objects.get().attempts == 1
    live_office.complaints.lines.clear()  # the browser says that an answer was lost
