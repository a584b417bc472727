"""Bodies, for tests. Those of the directory are in every test database: `body("DWP")`."""

from __future__ import annotations

import factory

from opencasework.office.bodies.models import Body, BodyContact


def body(code: str) -> Body:
    """A body of the directory, by its code."""
    return Body.objects.get(code=code)


class BodyFactory(factory.django.DjangoModelFactory[Body]):
    """A body this office added: an invented landlord that aims to answer within ten working days."""

    class Meta:
        model = Body

    code = factory.Sequence("LANDLORD{}".format)
    name = factory.Sequence("Fenwick Homes {}".format)
    kind = "landlord"
    nation = "en"
    reply_target_days = 10
    target_source = "its complaints policy"
    is_local = True


class BodyContactFactory(factory.django.DjangoModelFactory[BodyContact]):
    class Meta:
        model = BodyContact

    body = factory.SubFactory(BodyFactory)
    name = "Members' correspondence"
    email = factory.Sequence("members{}@body.example".format)
