"""Invented people, for tests."""

from __future__ import annotations

import factory

from opencasework.office.constituents.models import ActingFor, Person, PersonAddress, PersonEmail, PersonPhone


class PersonAddressFactory(factory.django.DjangoModelFactory[PersonAddress]):
    class Meta:
        model = PersonAddress

    lines = factory.Sequence("{} Quarry Lane\nWexcombe".format)
    postcode = "WX4 7QP"


class PersonEmailFactory(factory.django.DjangoModelFactory[PersonEmail]):
    class Meta:
        model = PersonEmail

    address = factory.Sequence("person{}@post.example".format)


class PersonPhoneFactory(factory.django.DjangoModelFactory[PersonPhone]):
    class Meta:
        model = PersonPhone

    number = factory.Sequence("07700 900{:03d}".format)


class PersonFactory(factory.django.DjangoModelFactory[Person]):
    """A constituent with an address in Wexcombe North and an email address.

    `PersonFactory(address__postcode="ZZ99 9ZZ", email__address="kai@post.example", phone=None)`.
    """

    class Meta:
        model = Person
        skip_postgeneration_save = True

    full_name = factory.Sequence("Nkechi Marrowby{}".format)
    address = factory.RelatedFactory(PersonAddressFactory, factory_related_name="person")
    email = factory.RelatedFactory(PersonEmailFactory, factory_related_name="person")
    phone = factory.RelatedFactory(PersonPhoneFactory, factory_related_name="person")


class ActingForFactory(factory.django.DjangoModelFactory[ActingFor]):
    """A carer of a new person, without proof."""

    class Meta:
        model = ActingFor

    person = factory.SubFactory(PersonFactory)
    by = factory.SubFactory(PersonFactory)
    kind = ActingFor.As.CARER
