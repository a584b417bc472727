"""A reference number in a note, a call, a message or a letter is found however it was typed or written."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from opencasework.office.bodies.tests.factories import BodyFactory
from opencasework.office.cases.actions import share, write_note
from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.inbox.models import Message
from opencasework.office.kit.references import in_groups
from opencasework.office.kit.tests.numbers_in_letters import PHRASES, number_of
from opencasework.office.letters.models import Letter
from opencasework.office.search import finding
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


def answer(client, typed, **more):
    return client.get("/search/", {"q": typed, **more}).content.decode()


@pytest.mark.parametrize(
    "typed", ["QQ123456C", "QQ 12 34 56 C", "QQ 123456 C", "qq-12-34-56-c", "q q1 2345 6c"]
)
@pytest.mark.parametrize(
    "written",
    ["qq 12 34 56 c", "QQ123456C", "QQ 123456 C", "QQ-12-34-56-C", "QQ 12 34\n> 56 C", "Q Q 1 2 3 4 5 6 C"],
)
def test_a_number_in_a_note_is_found_in_any_spacing_typed_or_written(written, typed, client, ana):
    write_note(case=CaseFactory(by=ana), text=f"Rang on 12.11.26. Her number is {written}, she says.", by=ana)

    page = answer(client, typed, kind="notes")

    assert "Notes and calls" in page
    assert "Her number is" in page


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("1212-0001-0000-0000", "1212000100000000"),
        ("1212-0001-0000-0000/00", "1212000100000000"),
        ("19558 39661K", "1955839661"),
        ("APP/A0000/W/26/0012345", "appa0000w260012345"),
        ("07700 900123", "07700900123"),
        ("+44 7700 900123", "07700 900 123"),
        ("ZZ51 ABC", "zz51abc"),
    ],
)
def test_numbers_of_other_kinds_are_found_too(written, typed, client, ana):
    write_note(case=CaseFactory(by=ana), text=f"It is {written}.", by=ana)

    assert "Notes and calls" in answer(client, typed)


def test_it_is_found_in_calls_messages_and_letters(client, ana):
    case = CaseFactory(by=ana)
    case.record(Event.Kind.CALL, by=ana, text="He gave qq 12 34 56 c.")
    Message.objects.create(case=case, decision="case", subject="My number", text="It is QQ123456C.")
    Message.objects.create(case=case, decision="case", subject="QQ 123456 C", text="As above.")
    Letter.objects.create(
        case=case, to_body=BodyFactory(), subject="Award", text="Our ref QQ-12-34-56-C.", drafted_by=ana
    )

    page = answer(client, "QQ 12 34 56 C")

    assert "He gave" in page
    assert "It is" in page
    assert "As above" in page
    assert "Our ref" in page


def test_the_number_is_shown_masked_with_what_stands_before_it(client, ana):
    write_note(case=CaseFactory(by=ana), text=f"{'Long talk. ' * 60}Now: qq 12 34 56 c", by=ana)

    page = re.sub("</?mark>", "", answer(client, "QQ123456C"))

    assert "Now: qq •• •• •• c" in page
    assert "12 34 56" not in page


@pytest.mark.parametrize(
    "text",
    [
        "On 12 October QQ met 34 people, 56 of them with C.",  # the pieces, not the number
        "QQ 12 34 57 C",
        "XQQ123456C",
        "The 123456 of QQ, C",
    ],
)
def test_the_pieces_of_a_number_are_not_the_number(text, client, ana):
    write_note(case=CaseFactory(by=ana), text=text, by=ana)

    assert "Notes and calls" not in answer(client, "QQ123456C")


def test_a_number_in_a_hidden_case_is_found_by_those_named_alone(client, ana):
    senior = StaffFactory(senior=True)
    case = CaseFactory(by=senior)
    write_note(case=case, text="Canary qq 12 34 56 c", by=senior)
    Message.objects.create(case=case, decision="case", subject="Canary", text="qq 12 34 56 c")
    share(case=case, need_to_know=True, shared_with=[], by=senior)

    assert "Canary" not in answer(client, "QQ123456C") + answer(client, "QQ123456C", palette="1")
    client.force_login(senior)
    assert "Canary" in answer(client, "QQ123456C")


def test_what_one_may_not_see_does_not_crowd_out_what_one_may(client, monkeypatch):
    monkeypatch.setattr(finding, "NEWEST", 2)
    vic, ana = StaffFactory(volunteer=True), StaffFactory()
    for staff in (vic, ana, ana, ana):
        write_note(case=CaseFactory(by=staff), text="It is qq 12 34 56 c", by=staff)
    client.force_login(vic)

    assert vic.cases.get().get_absolute_url() in answer(client, "QQ123456C")


def written_by_hand(number: str, chance: random.Random) -> str:
    """The number as it may stand in a letter: as on its papers, whole, in groups, or letter by letter."""
    letters = re.sub(r"[\W_]", "", number)
    mark = chance.choice([" ", "-", "/", ". "])
    groups, at = [], 0
    while at < len(letters):
        size = chance.randint(2, 5)
        groups.append(letters[at : at + size])
        at += size
    return chance.choice(
        [
            number,
            letters,
            letters.lower(),
            " ".join(in_groups(letters)),
            mark.join(groups),
            mark.join(letters),
        ]
    )


def typed_somehow(number: str, chance: random.Random) -> str:
    """The number cut anywhere."""
    letters = re.sub(r"[\W_]", "", chance.choice([number, number.lower()]))
    return "".join(letter + chance.choice(["", "", " ", "-"]) for letter in letters).strip(" -")


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(kind=st.sampled_from(sorted(PHRASES)), seed=st.integers(0, 10_000))
@example(kind="PINSREF", seed=1)
@example(kind="UAN", seed=2)
def test_a_number_of_any_kind_is_found_in_any_spacing(kind, seed, ana, client):
    case = CaseFactory(by=ana)
    chance = random.Random(seed)
    number = number_of(kind, chance)
    phrase = chance.choice(PHRASES[kind][0])
    written, typed = phrase.format(written_by_hand(number, chance)), typed_somehow(number, chance)
    write_note(case=case, text=f"On 3 May, at 14 B Road: {written}", by=ana)

    assert case.get_absolute_url() in answer(client, typed, kind="notes"), f"{typed} does not find {written}"
