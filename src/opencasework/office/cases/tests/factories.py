"""Cases as the office opens them, for tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import factory
import time_machine

from opencasework.office.cases.actions import open_case
from opencasework.office.cases.models import Case
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.tests.factories import CategoryFactory


class CaseFactory(factory.Factory[Case]):
    """An open Universal Credit case of a new constituent, opened through `open_case` by its owner.

    Takes what `open_case` takes, and `outcome`, which closes it: `CaseFactory(outcome="explained")`.
    With `at` it was opened, and recorded, at that time.
    """

    class Meta:
        model = Case

    by = factory.SubFactory(StaffFactory)
    owner = factory.SelfAttribute("by")
    person = factory.SubFactory(PersonFactory)
    category = factory.SubFactory(CategoryFactory)
    title = factory.Sequence("Housing element stopped after move {}".format)

    @classmethod
    def _create(
        cls,
        model_class: type[Case],
        *_args: Any,
        outcome: str = "",
        at: datetime | None = None,
        **given: Any,
    ) -> Case:
        if at:
            with time_machine.travel(at, tick=False):
                case = open_case(**given)
        else:
            case = open_case(**given)
        if outcome:
            case.close(outcome=outcome, by=given["by"])
        return case
