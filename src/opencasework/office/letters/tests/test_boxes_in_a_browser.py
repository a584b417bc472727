"""What cannot be drawn is said where a letter leaves and where a form is asked for, to everybody."""

from __future__ import annotations

import pytest

from opencasework.office.authority.tests.signing import ask_of
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.kit.tests.test_typefaces import NO_ONES
from opencasework.office.letters.tests.factories import LetterFactory
from tests.services.browser import barriers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", [1440, 390])
def test_boxes_are_said_on_every_screen_without_barriers(live_office, width):
    person = PersonFactory(full_name=f"Ann {NO_ONES}", email="ann@post.example")
    letter = LetterFactory(template="LT-ACK", case__person=person, text="Dear Ann,\n\nThank you.")
    ask = ask_of(letter.case, "DWP")
    live_office.sign_in(letter.case.owner)
    page = live_office.page()
    page.set_viewport_size({"width": width, "height": 900})

    for address in (f"/letters/{letter.pk}/", f"/authority-asks/{ask.pk}/"):
        assert barriers(page, f"{live_office.url}{address}") == []
        assert page.get_by_text("characters of no known script").first.is_visible()
