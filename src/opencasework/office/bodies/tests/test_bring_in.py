"""A list of bodies is brought in on a page: looked at first, then done, and whoever may not is refused."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from opencasework.office.bodies.models import Body
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory
from tests.services.browser import barriers_on

pytestmark = pytest.mark.django_db
LIST = (
    "name,kind,team,email\n"
    "Fenwick & Sons,housing,Repairs,repairs@fenwick.example\n"
    'Fenwick & Sons,housing,"Complaints, appeals",complaints@fenwick.example\n'
)


@pytest.fixture
def manager():
    OfficeFactory()
    return StaffFactory(role=Role.OFFICE_MANAGER)


@pytest.fixture
def signed_in(client, manager):
    client.force_login(manager)
    return client


def look(client, content):
    file = SimpleUploadedFile("list.csv", content if isinstance(content, bytes) else content.encode())
    return client.post(reverse("body-list"), {"file": file})


def test_a_list_is_shown_for_what_it_does_and_only_then_brought_in(signed_in):
    shown = look(signed_in, LIST)
    before = Body.objects.filter(is_local=True).count()

    done = signed_in.post(reverse("body-list"), {"words": shown.context["words"], "take": "1"}, follow=True)

    assert "New contact: Fenwick &amp; Sons (FENWICK-SONS): Repairs" in shown.content.decode()
    assert before == 0
    assert "1 new body, 2 new contacts" in done.content.decode()
    assert Body.objects.get(is_local=True).contacts.count() == 2


def take(client, content: str) -> None:
    client.post(reverse("body-list"), {"words": content, "take": "1"})


def test_a_body_may_stand_above_what_it_is_a_part_of(signed_in):
    take(
        signed_in,
        "name,kind,code,parent\nRepairs,housing,F-REP,F-HOMES\nFenwick Homes,housing,F-HOMES,\n",
    )

    assert Body.objects.get(code="F-REP").parent == Body.objects.get(code="F-HOMES")


def test_notes_come_in_where_there_are_none_and_what_the_office_wrote_stays(signed_in):
    first = "name,kind,notes\nFenwick Homes,housing,Ask for Jean\n"
    shown = look(signed_in, first).content.decode()
    take(signed_in, first)
    again = look(signed_in, first).content.decode()
    other = look(signed_in, "name,kind,notes\nFenwick Homes,housing,Ask for Tom\n").content.decode()

    assert "Notes: Fenwick Homes (FENWICK-HOMES): “Ask for Jean”" in shown
    assert Body.objects.get(is_local=True).notes == "Ask for Jean"
    assert "Nothing would change" in again
    assert "what your office has written stays" in other


@pytest.mark.parametrize(
    "content",
    [
        "name,kind,email\nFenwick Homes,housing,a@fenwick.example\n,,\n\n  , ,\n",
        "name;kind;email\nFenwick Homes;housing;a@fenwick.example\n;;\n",
        "name\tkind\temail\nFenwick Homes\thousing\ta@fenwick.example\n",
        "name,kind,email,,\nFenwick Homes,housing,a@fenwick.example,,\n",
        "name,kind,email\nFenwick Homes,housing,a@fenwick.example,,,\n",
    ],
    ids=["empty last rows", "semicolons", "tabs", "columns without a name", "trailing commas"],
)
def test_a_list_is_read_as_sheets_save_it(signed_in, content):
    take(signed_in, content)

    assert Body.objects.get(is_local=True).contacts.get().email == "a@fenwick.example"


def test_words_in_a_column_without_a_name_are_not_lost_without_a_word(signed_in):
    page = look(signed_in, "name,kind,\nFenwick Homes,housing,Ask for Jean\n").content.decode()

    assert "Line 2: “Ask for Jean” stands in a column without a name." in page


def test_a_list_that_is_here_already_offers_nothing_to_do(signed_in):
    signed_in.post(reverse("body-list"), {"words": LIST, "take": "1"})

    again = look(signed_in, LIST).content.decode()

    assert "Nothing would change" in again
    assert 'name="take"' not in again


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "column"),
        ("code\nX\n", "name"),
        ("name,kind\nFenwick,Big Landlord!\n", "Line 2"),
        (b"name,kind\nFenw\xffick,housing\n", "not UTF-8"),
        (b"name\0", "no text file"),
        ("x" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_a_file_of_no_use_is_refused_with_a_sentence_and_nothing_changes(signed_in, content, said):
    refused = look(signed_in, content)

    assert refused.status_code == 422
    assert said in " ".join(refused.context["form"].errors["file"])
    assert not Body.objects.filter(is_local=True).exists()


def test_no_file_is_asked_for(signed_in):
    assert "Choose the file of your list." in signed_in.post(reverse("body-list")).content.decode()


def test_a_caseworker_may_not_bring_in_a_list_and_is_not_offered_to(client):
    OfficeFactory()
    client.force_login(StaffFactory(role=Role.CASEWORKER))

    assert client.get(reverse("body-list")).status_code == 403
    assert reverse("body-list") not in client.get(reverse("bodies")).content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_anybody_can_use_the_page(live_office, manager, size, tmp_path):
    (tmp_path / "list.csv").write_text(LIST)
    live_office.sign_in(manager)
    with live_office.window(size) as page:
        page.goto(f"{live_office.url}{reverse('bodies')}")
        page.get_by_role("link", name="Bring in a list").click()
        page.get_by_label("Your list, a CSV file").set_input_files(tmp_path / "list.csv")
        found = barriers_on(page, "the form")
        page.get_by_role("button", name="Show what it does").click()
        page.get_by_role("heading", name="This is what it does").wait_for()
        found += barriers_on(page, "the preview")
        page.get_by_role("button", name="Bring it in").click()
        page.get_by_text("Brought in: 1 new body").wait_for()

    assert not found
