"""Authority to act: recording it, keeping its scan safe, withdrawing it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from opencasework.office.authority.models import Authority
from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import body
from opencasework.office.places.tests.factories import OfficeFactory

pytestmark = pytest.mark.django_db


def test_an_authority_covers_the_bodies_it_names_and_no_others():
    AuthorityFactory(covers=[body("DWP")])
    OfficeFactory()

    today = timezone.localdate()
    assert Authority.objects.covering(body("DWP"), on=today).exists()
    assert not Authority.objects.covering(body("HMRC"), on=today).exists()


def test_a_signed_authority_stands_on_its_scan():
    authority = AuthorityFactory(signed=True)

    assert authority.scan_sha256
