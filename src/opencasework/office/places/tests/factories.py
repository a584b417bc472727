"""The office, for tests."""

from __future__ import annotations

import factory

from opencasework.office.places.models import MemberKind, Nation, Office


class OfficeFactory(factory.django.DjangoModelFactory[Office]):
    """The one office: an invented member for the invented Wexcombe North. Asking twice gives the same one."""

    class Meta:
        model = Office
        django_get_or_create = ("pk",)

    pk = 1
    member_name = "Amira Selwood"
    member_kind = MemberKind.MP
    controller_name = "Amira Selwood"
    area_name = "Wexcombe North"
    area_code = "E14999999"
    nation = Nation.ENGLAND
    email = "office@amira-selwood.example"
    phone = "01632 960100"
    address = "12 Market Hill\nWexcombe\nWX3 1AA"
    postcode_prefixes = "WX3, WX4"
