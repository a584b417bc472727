"""Everything that is suggested about a message, as one act to accept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from opencasework.office.cases.models import Case
from opencasework.office.constituents.models import Person
from opencasework.office.inbox.body_rang import asks_why
from opencasework.office.inbox.handing_over import LEVELS
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.showing import Beside
from opencasework.office.inbox.suggesting.levels import Suggested
from opencasework.office.letters.models import Enquiry
from opencasework.office.letters.participants import participants
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, may
from opencasework.office.tags.models import Category


@dataclass(frozen=True)
class Plan:
    """What accepting all would do: put the message on a case we have, or open one."""

    case: Case | None
    enquiry: Enquiry | None
    person: Person | None
    category: Category | None
    owner: StaffMember | None
    levels: dict[str, str] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Stands in the form, so that nobody accepts what changed after they had looked."""
        told = [
            self.case and self.case.pk, self.enquiry and self.enquiry.pk, self.person and self.person.pk,
            self.category and self.category.code, self.owner and self.owner.pk, sorted(self.levels.items()),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]


def plan(message: Message, beside: Beside, staff: StaffMember, offered: dict[str, Suggested]) -> Plan | None:
    """What one key accepts, with the levels `offered`; None where a person has to choose first.

    That is so where two people may have written, where nothing says what it is about, where they live in
    somebody else's area, where a case is named by somebody who is no part of it (anybody writes down a
    number), where the sender's domain denies it, and where a body rang that no authority covers.
    """
    if message.sender_check == Message.SenderCheck.FAILED:
        return None
    category = message.category or beside.category
    levels = {
        axis: getattr(message, axis) or (offered[axis].level if axis in offered else "") for axis in LEVELS
    }
    proposed = beside.proposed
    if proposed is not None:
        if not _is_part_of_it(message, proposed.case) or asks_why(message, proposed.case):
            return None
        return Plan(proposed.case, proposed.enquiry, beside.person, category, None, levels)
    if category is None or not may(staff, May.WRITE_CASES) or message.auto_reply or beside.body is not None:
        return None
    if beside.found.in_area is False:
        return None  # they have a member of their own: whether it is ours all the same, a person says
    if beside.person is None and (beside.others or not message.from_name):
        return None
    if message.category is None and not beside.found.categories[0].is_plain:
        return None  # a word or two that anybody says open no case
    owner = beside.found.owner.owner if beside.found.owner else staff
    return Plan(None, None, beside.person, category, owner, levels)


def _is_part_of_it(message: Message, case: Case) -> bool:
    if message.proposal == Message.Proposal.STRANGER and message.proposed_case_id == case.pk:
        return False
    return bool(message.from_address) and message.from_address in participants(case)
