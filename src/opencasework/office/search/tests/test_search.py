"""One box: whatever one remembers of a person or a case finds it, and never what is hidden."""

from __future__ import annotations

import pytest
from django.utils import timezone

from opencasework.office.bodies.tests.factories import BodyFactory
from opencasework.office.cases.actions import add_reference, share, write_note
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox.models import Message
from opencasework.office.letters.models import Letter
from opencasework.office.search import finding, index, spelling
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


def answer(client, words, **more):
    return client.get("/search/", {"q": words, **more}).content.decode()


@pytest.mark.parametrize(
    "remembered",
    [
        "marrowby",
        "Marrow",
        "nkechi marrowby",
        "MARROWBY Nkechi",
        "tannery",
        "WX4 7QP",
        "wx47qp",
        "wx4 7",
        "nkechi@post.example",
        "07700 900123",
        "07700900123",
        "0770 090 0123",
        "+44 7700 900123",
        "marrowby tannery",
        "Dear office, I live at Flat 2, WX4 7QP, yours",
    ],
)
def test_a_person_is_found_by(remembered, client, ana):
    PersonFactory(
        full_name="Nkechi Marrowby",
        address__lines="3 Tannery Court\nFenwick",
        address__postcode="WX4 7QP",
        email__address="nkechi@post.example",
        phone__number="07700 900123",
    )
    PersonFactory(
        full_name="Somebody Else", address__lines="1 Far Away", address__postcode="ZZ99 9ZZ", phone=None
    )

    page = answer(client, remembered)

    assert "Nkechi" in page.replace("<mark>", "").replace("</mark>", "")
    assert "Somebody Else" not in page


def test_numbers_of_a_person_are_found_in_texts_and_shown_masked(client, ana):
    case = CaseFactory(by=ana)
    write_note(case=case, text="Rang twice. Her number is qq 12 34 56 c, and Z1234567 at UKVI", by=ana)

    page = answer(client, "123456")
    palette = answer(client, "rang", palette="")

    for shown in (answer(client, "twice"), palette):
        assert "Her number is qq •• •• •• c, and Z1 •• •• •• 7 at UKVI" in without_marks(shown)
        assert "34 56" not in shown
    assert "Z1234567" not in page


def without_marks(page):
    return page.replace("<mark>", "").replace("</mark>", "")


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Siân Tŷ-Gwyn", "sian ty gwyn"),
        ("Gŵyneth Puw", "gwyneth"),
        ("Gwyneth Puw", "gŵyneth"),
        ("Søren Łukasz", "soren lukasz"),
        ("Aoife O'Neil", "oneil"),
        ("Aoife O'Neil", "o'neil"),
        ("Zoë Müller", "ZOE MULLER"),
        ("محمد أحمد", "محمد"),
    ],
)
def test_accents_and_apostrophes_do_not_matter(written, typed, client, ana):
    PersonFactory(full_name=written)

    groups = client.get("/search/", {"q": typed, "palette": "1"}).content.decode()

    assert 'aria-label="People"' in groups


@pytest.mark.parametrize(
    "typed", ["OC-2026-{n}", "oc2026{n}", "{n}", "{short}", "2026-{n}", "boiler", "marrowby"]
)
def test_a_case_is_found_by(typed, client, ana):
    CaseFactory.create_batch(3)
    case = CaseFactory(title="Boiler not repaired", person=PersonFactory(full_name="Nkechi Marrowby"))
    number = case.reference[8:]

    page = answer(client, typed.format(n=number, short=number.lstrip("0")))

    assert case.get_absolute_url() in page


def test_the_case_of_that_very_number_comes_first(client, ana):
    first = CaseFactory(title="The first")
    CaseFactory(title="Number 1 High Street")

    cases = answer(client, "1", palette="1").split('aria-label="Cases"')[1]

    assert cases.index(first.get_absolute_url()) < cases.index("High Street")


@pytest.mark.parametrize("typed", ["QQ123456C", "QQ 12 34 56 C", "qq12 3456c", "qq 12 34"])
def test_a_national_insurance_number_is_found_in_any_spacing(typed, client, ana):
    case = CaseFactory(by=ana)
    add_reference(case=case, kind="NINO", value="QQ 12 34 56 C", by=ana)

    page = answer(client, typed)

    assert "Reference numbers" in page
    assert case.get_absolute_url() in page
    assert "QQ 12 34 56 C" not in page.split('id="results"')[1]


def test_words_of_notes_letters_and_messages_are_found(client, ana):
    case = CaseFactory(by=ana)
    write_note(case=case, text="She mentioned the mildewed skirting board.", by=ana)
    Letter.objects.create(
        case=case, to_body=BodyFactory(), subject="Damp", text="The gutter leaks.", drafted_by=ana
    )
    Message.objects.create(
        case=case, decision="case", subject="Help", text="Our ceiling came down on Sunday."
    )

    assert "Notes and calls" in answer(client, "mildewed")
    assert "Letters" in answer(client, "gutter leak")
    assert "Messages" in answer(client, "ceiling sunday")


def test_a_body_is_found_by_its_name(client, ana):
    body = BodyFactory(name="Fenwick Homes")

    assert body.get_absolute_url() in answer(client, "fenwick")


def test_a_slip_of_the_finger_is_forgiven_and_said(client, ana):
    PersonFactory(full_name="Nkechi Marrowby")

    page = answer(client, "marowby")

    assert "Nkechi" in page
    assert "This is what has “marrowby”" in page


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("QQ 12 34 5", "part of a National Insurance number"),
        ("zz99 9zz", "a postcode"),
        ("0770 0900 999", "a telephone number"),
        ("nobody@nowhere.example", "an email address"),
        ("OC-2026-99999", "No case you may see has that number"),
        ("entirely unheard of", "Every word has to be there"),
    ],
)
def test_an_empty_answer_says_what_was_searched_and_why_it_may_have_failed(typed, why, client, ana):
    page = answer(client, typed)

    assert f"Nothing has “{typed}”" in page
    assert why in page


def test_nothing_of_a_hidden_case_is_found_or_hinted_at(client, ana):
    senior = StaffFactory(senior=True)
    case = CaseFactory(by=senior, title="Canary refuge", person=PersonFactory(full_name="Nkechi Marrowby"))
    add_reference(case=case, kind="NINO", value="QQ 12 34 56 C", by=senior)
    write_note(case=case, text="The canary sings.", by=senior)
    Letter.objects.create(
        case=case, to_body=BodyFactory(), subject="Canary", text="canary", drafted_by=senior
    )
    Message.objects.create(case=case, decision="case", subject="Canary", text="canary")
    share(case=case, need_to_know=True, shared_with=[], by=senior)

    pages = [answer(client, typed) for typed in ["canary", "QQ123456C", case.reference, "marrowby", "sings"]]
    pages += [answer(client, "canary", palette="1"), answer(client, "canary", kind="messages")]
    client.force_login(senior)

    assert case.get_absolute_url() in answer(client, "canary")
    for page in pages:
        assert case.get_absolute_url() not in page
        assert "refuge" not in page
        assert "1 open case" not in page


def test_a_volunteer_finds_only_people_of_their_own_cases(client):
    vic = StaffFactory(volunteer=True)
    CaseFactory(by=StaffFactory(), person=PersonFactory(full_name="Nkechi Marrowby"))
    CaseFactory(by=vic, person=PersonFactory(full_name="Edmund Marrowby"))
    client.force_login(vic)

    page = answer(client, "marrowby", palette="1")

    assert "Edmund" in page
    assert "Nkechi" not in page


@pytest.mark.parametrize("typed", ["marrowby", "canary", "mildewed", "gutter", "ceiling", "marowby"])
def test_what_others_wrote_since_does_not_crowd_out_a_volunteer_s_own_case(typed, client, monkeypatch):
    monkeypatch.setattr(finding, "NEWEST", 2)
    monkeypatch.setattr(spelling, "MOST_NAMES", 2)
    vic, ana = StaffFactory(volunteer=True), StaffFactory()
    for staff in (vic, ana, ana, ana):
        case = CaseFactory(by=staff, title="Canary", person=PersonFactory(full_name="Nkechi Marrowby"))
        write_note(case=case, text="The mildewed skirting.", by=staff)
        Letter.objects.create(
            case=case, to_body=BodyFactory(), subject="Gutter", text="leaks", drafted_by=staff
        )
        Message.objects.create(case=case, decision="case", subject="Ceiling", text="came down")
    own = vic.cases.get()
    client.force_login(vic)

    page = answer(client, typed)

    assert (
        own.get_absolute_url() in page
        or own.constituent.get_absolute_url() in page
        or (own.letters.get().get_absolute_url() in page)
    )


def test_what_is_typed_is_never_run(client, ana):
    PersonFactory(full_name="Robert <b>Tables</b>")

    for typed in [
        '"',
        "'",
        'a" OR 1=1 --',
        "NEAR(",
        "x AND",
        "*",
        "\\",
        "a:b",
        "' | 'x",
        "(&)",
        "%s %d",
        "\x00",
    ]:
        assert client.get("/search/", {"q": typed}).status_code == 200
    assert "<b>Tables" not in answer(client, "robert")


def test_before_anything_is_typed_the_palette_offers_what_one_worked_on_last(client, ana):
    case = CaseFactory(by=ana)

    page = answer(client, "", palette="1")

    assert "What you worked on last" in page
    assert case.reference in page
    assert "Go to" in page


def test_a_greater_than_sign_limits_the_palette_to_places(client, ana):
    CaseFactory(by=ana, title="Figures of speech")

    page = answer(client, ">fig", palette="1")

    assert "/figures/" in page
    assert "speech" not in page


def test_the_number_of_queries_does_not_grow_with_the_results(client, ana, django_assert_max_num_queries):
    for _ in range(2):
        CaseFactory.create_batch(6, by=ana, title="Damp")

        with django_assert_max_num_queries(28):
            answer(client, "damp")


def test_what_is_taken_away_is_taken_out_of_the_index(client, ana):
    case = CaseFactory(by=ana, title="Unmistakable")
    write_note(case=case, text="unmistakable", by=ana)
    person = case.constituent

    case.delete()
    person.delete()

    assert "Nothing has" in answer(client, "unmistakable")
    assert index.problems() == []


def test_the_newest_come_first(client, ana):
    case = CaseFactory(by=ana)
    for days in (3, 1, 2):
        at = timezone.now() - timezone.timedelta(days=days)
        Message.objects.create(
            case=case, decision="case", subject=f"Damp {days} days ago", text="damp", received_at=at
        )

    page = answer(client, "damp")

    places = [page.index(f"</mark> {days} days ago") for days in (1, 2, 3)]
    assert places == sorted(places)
