"""Taking a contact off a body, and putting it back with whatever pointed at it."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core import serializers
from django.db import models, transaction

from opencasework.office.bodies.models import BodyContact, RemovedContact
from opencasework.office.staff.models import StaffMember


def _pointing() -> list[Any]:
    """Every foreign key to a contact: of letters and enquiries, in folders above this one."""
    return [
        relation.field
        for relation in BodyContact._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
    ]


@transaction.atomic
def remove(contact: BodyContact, *, by: StaffMember) -> RemovedContact:
    """Take it off. Letters that went there keep the address they went to; who pointed at it is kept."""
    pointed: list[list[Any]] = []
    for key in _pointing():
        rows = key.model._base_manager.filter(**{key.attname: contact.pk}).order_by("pk")
        if numbers := list(rows.values_list("pk", flat=True)):
            pointed.append([key.model._meta.label, key.name, numbers])
    kept = RemovedContact.objects.create(
        body=contact.body, name=str(contact.name or contact.get_kind_display())[:200], by=by,
        was=serializers.serialize("json", [contact]), pointed=pointed,
    )  # fmt: skip
    contact.delete()
    return kept


@transaction.atomic
def put_back(removed: RemovedContact) -> BodyContact | None:
    """The contact as it was, and what pointed at it and at nothing else since. None where it is back."""
    if not RemovedContact.objects.filter(pk=removed.pk).delete()[0]:
        return None
    [read] = serializers.deserialize("json", removed.was, ignorenonexistent=True)
    contact = read.object
    assert isinstance(contact, BodyContact)
    contact.body = removed.body  # it may be a part of another by now
    if contact.checked_by_id and not StaffMember.objects.filter(pk=contact.checked_by_id).exists():
        contact.checked_by = None
    contact.save(force_insert=True)
    for label, name, numbers in removed.pointed:
        rows = apps.get_model(label)._base_manager.filter(pk__in=numbers, **{name: None})
        rows.update(**{name: contact})
    return contact
