"""What a message is about is not looked for in where its writer lives."""

from __future__ import annotations

import pytest

from opencasework.office.inbox.reading.particulars import words_of
from opencasework.office.inbox.suggesting.categories import categories_of

from .factories import MessageFactory

CREDIT = "My Universal Credit has stopped and nobody tells me why."


@pytest.mark.parametrize(
    ("around", "sender"),
    [
        ("{}\n\nKind regards,\nNia Pryce\n14 Pothole Lane\nFenwick\nWX4 7QP", ""),
        ("{}\n\nNia Pryce\n14 Pothole Lane\nFenwick", "Nia Pryce"),
        ("{}\n\nNia\n14 Pothole Lane, Fenwick WX4 7QP\n07700 900461", ""),
        ("{}\n-- \nNia Pryce, 14 Pothole Lane", ""),
        ("14 Pothole Lane\nFenwick\n\nDear Ms Holloway,\n\n{}", ""),
        ("Pothole House\nFenwick\nWX4 7QP\n\nDear Ms Holloway,\n\n{}", ""),
    ],
)
def test_an_address_around_the_words_is_left_out_and_the_words_stay(around, sender):
    words = words_of(around.format(CREDIT), sender=sender)

    assert "Pothole" not in words
    assert CREDIT in words


@pytest.mark.parametrize(
    "text",
    [
        "Potholes\n\nDear Ms Holloway,\n\nThey are on my road.",
        "14 High Street\nFenwick\nRe: potholes\n\nDear Ms Holloway,\n\nThey are on my road.",
        "Potholes at 14 Larkmoor Rise WX4 7QP",
        "Please see to these before the winter comes.\n\nThank you\n\nPS The pothole on our road is wide.",
        "My road is bad.\n- pothole by the school\n- pothole by the shop",
    ],
)
def test_what_is_said_near_the_edges_stays(text):
    assert "pothole" in words_of(text).lower()


@pytest.mark.django_db
def test_a_street_called_by_a_trouble_is_not_the_issue():
    message = MessageFactory(
        subject="Stopped", from_name="Nia Pryce",
        text=f"{CREDIT}\n\nYours sincerely,\nNia Pryce\n14 Pothole Lane\nFenwick\nWX4 7QP",
    )  # fmt: skip

    assert [each.category.code for each in categories_of(message)] == ["BEN-UC"]
