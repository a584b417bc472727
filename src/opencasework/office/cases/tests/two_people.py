"""The cases of two people, which become one and come apart again."""

from __future__ import annotations

from opencasework.office.cases.models import Case
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.tags.tests.factories import CategoryFactory

from .factories import CaseFactory


def bos_case(by) -> Case:
    """Bo's case, about damp."""
    return CaseFactory(
        by=by, person=PersonFactory(full_name="Bo Vale"), category=CategoryFactory(code="HOU-DAMP")
    )


def dis_case(by) -> Case:
    """Di's, about her benefit: it stands for both while they are one."""
    return CaseFactory(
        by=by, person=PersonFactory(full_name="Di Marsh"), category=CategoryFactory(code="BEN-UC")
    )
