"""Splitting a case that a colleague adds to, or takes from, while one ticks what goes."""

from __future__ import annotations

import re
from html import unescape

import pytest

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.cases.actions import add_issue, add_reference
from opencasework.office.cases.models import Case, ReferenceNumber
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.tags.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db


def ticked(page, *labels):
    """The form of a page with these boxes ticked, as a browser would send it."""
    form = unescape(page.split("data-autofocus", 1)[1].split("</form>")[0])
    sent = {"offered": re.search(r'name="offered" value="([^"]*)"', form)[1]}
    for box, label in re.findall(r'<input type="checkbox"([^>]*)>([^<]*)', form):
        name, value = re.search(r'name="([^"]+)" value="([^"]+)"', box).groups()
        if any(words in label for words in labels) or "checked" in box:
            sent.setdefault(name, []).append(value)
    return {**sent, "title": "Damp", "next_action": "Ring the council", "on": "5 wd"}


def test_what_was_ticked_goes_though_a_colleague_added_something_before_it_meanwhile(ana, client):
    case = CaseFactory(by=ana)
    add_issue(case=case, category=CategoryFactory(code="HOU-DAMP", label="Damp"), by=ana)
    authority = AuthorityFactory(case=case)
    sent = ticked(client.get(f"/cases/{case.pk}/splitting/").content.decode(), "Damp", str(authority))
    number = ReferenceNumber.objects.create(  # of the same number as the authority, as two tables may have it
        pk=authority.pk, case=case, kind="NINO", value="QQ 12 34 56 C"
    )

    page = client.post(f"/cases/{case.pk}/splitting/", sent)
    said = page.content.decode()
    assert page.status_code == 422
    assert "Came to this case meanwhile" in said
    assert number.masked in said.split("Came to this case meanwhile")[1][:120]
    client.post(f"/cases/{case.pk}/splitting/", ticked(said))

    new = Case.objects.get(title="Damp")
    assert list(new.authorities.all()) == [authority]
    assert not new.references.exists()
    assert case.references.exists()


def test_what_was_ticked_and_is_gone_meanwhile_is_said(ana, client):
    case = CaseFactory(by=ana)
    add_issue(case=case, category=CategoryFactory(code="HOU-DAMP", label="Damp"), by=ana)
    number = add_reference(case=case, kind="NINO", value="QQ 12 34 56 C", by=ana)
    page = client.get(f"/cases/{case.pk}/splitting/").content.decode()
    sent = ticked(page, "Damp", number.masked)
    client.post(f"/cases/{case.pk}/references/{number.pk}/removal/")

    answer = client.post(f"/cases/{case.pk}/splitting/", sent)

    assert answer.status_code == 422
    assert "Something you had ticked is not on this case any more" in answer.content.decode()
    assert not Case.objects.filter(title="Damp").exists()
