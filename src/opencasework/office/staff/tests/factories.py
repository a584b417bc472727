"""People who work here, for tests."""

from __future__ import annotations

import factory

from opencasework.office.staff.models import Role, StaffMember


class StaffFactory(factory.django.DjangoModelFactory[StaffMember]):
    """A caseworker, unless a trait says otherwise: `StaffFactory(volunteer=True)`."""

    class Meta:
        model = StaffMember
        skip_postgeneration_save = True

    class Params:
        member = factory.Trait(role=Role.MEMBER)
        office_manager = factory.Trait(role=Role.OFFICE_MANAGER)
        senior = factory.Trait(role=Role.SENIOR_CASEWORKER)
        assistant = factory.Trait(role=Role.PARLIAMENTARY_ASSISTANT)
        administrator = factory.Trait(role=Role.ADMINISTRATOR)
        volunteer = factory.Trait(role=Role.VOLUNTEER)

    username = factory.Sequence("staff{}".format)
    first_name = factory.Sequence(lambda n: ["Ana", "Priya", "Tom", "Vic", "Gwen"][n % 5])
    last_name = factory.Sequence("Colleague{}".format)
    email = factory.LazyAttribute(lambda staff: f"{staff.username}@office.example")
    role = Role.CASEWORKER
    password = factory.django.Password("correct horse battery staple")
