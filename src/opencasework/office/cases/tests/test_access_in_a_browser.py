"""Who may see a case, in a browser: one click, without scripts too, and for axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from opencasework.office.cases.actions import share
from opencasework.office.cases.glass import open_restricted
from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from tests.services.browser import axe

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office():
    OfficeFactory()
    ana = StaffFactory(first_name="Ana", last_name="Reed")
    kofi = StaffFactory(first_name="Kofi", last_name="Wren")
    return CaseFactory(by=ana, title="Housing element stopped", sensitivity="SEN-1"), ana, kofi


def unfold(panel):
    """Open the panel once its content has come, which folds it again."""
    panel.locator("form").first.wait_for(state="attached")
    panel.get_by_role("heading", name="Who may see this").click()


def test_a_case_is_hidden_and_somebody_named_with_a_click_each(live_office, office):
    case, ana, kofi = office
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}{case.get_absolute_url()}")

    panel = page.locator("#who-sees")
    unfold(panel)
    expect(panel.get_by_text("Kofi Wren would lose sight of it.")).to_be_visible()
    panel.get_by_role("button", name="Only for those named").click()
    expect(page.get_by_text("Kofi Wren lost sight of it.")).to_be_visible()
    unfold(panel)
    assert not Case.objects.visible_to(kofi).exists()
    panel.get_by_label("A colleague who may see it too").select_option(label="Kofi Wren, caseworker")
    panel.get_by_role("button", name="Let them see it").click()

    expect(page.get_by_text("Kofi Wren may see this case now.")).to_be_visible()
    unfold(panel)
    expect(panel.get_by_role("button", name="Take off Kofi Wren")).to_be_visible()
    assert Case.objects.visible_to(kofi).exists()


@pytest.mark.looks
@pytest.mark.parametrize("path", ["{case}", "{case}who-sees/", "{case}looks/", "/cases/restricted/", "/"])
def test_axe_finds_nothing(live_office, office, path):
    case, ana, kofi = office
    share(case=case, need_to_know=True, shared_with=[StaffFactory(volunteer=True)], by=ana)
    reason = "Her neighbour rang: he is outside the house."
    open_restricted(reference=case.reference, reason=reason, by=kofi)
    live_office.sign_in(ana)
    page = live_office.page()

    page.goto(live_office.url + path.format(case=case.get_absolute_url()))
    page.wait_for_load_state("networkidle")

    assert axe(page) == []
