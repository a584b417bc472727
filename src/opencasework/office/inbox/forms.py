"""What people write about a message. What did not come by mail has forms of its own: `entry_forms.py`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction

from opencasework.office.bodies.models import Body
from opencasework.office.cases.actions import add_reference
from opencasework.office.cases.call_form import SaidWithoutForm
from opencasework.office.cases.forms import NewCaseForm
from opencasework.office.cases.mistaken import as_opened
from opencasework.office.cases.models import Case
from opencasework.office.constituents.forms import HOW_TO_REACH, HowToReachForm
from opencasework.office.inbox import acts, body_rang
from opencasework.office.inbox.filing import file_on_case
from opencasework.office.inbox.models import Message
from opencasework.office.kit import references
from opencasework.office.staff.models import StaffMember


class CaseFromMessageForm(SaidWithoutForm, NewCaseForm, HowToReachForm):
    """A new case for what a message asks. The reference numbers found in the message can be kept with it.

    How to reach a new person is asked only where the message says something about it: give that as `reach`.
    Why a body was told of the person is asked where one rang: no authority stands on a case that is new.
    """

    found = forms.MultipleChoiceField(
        label="Reference numbers found in the message",
        required=False,
        help_text="Untick what does not belong to this case.",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        *args: Any,
        numbers: list[tuple[str, str]],
        reach: dict[str, str],
        rang: Body | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.numbers = numbers
        self.rang = rang
        if rang is None:
            del self.fields["no_authority_reason"], self.fields["nothing_said"]
        for name in HOW_TO_REACH:
            if self.person or not reach:
                del self.fields[name]
            else:
                self.initial.setdefault(name, reach.get(name, self.fields[name].initial))
        if not self.is_bound:
            self.fields["title" if self.person else "full_name"].widget.attrs["autofocus"] = True
        field = self.fields["found"]
        assert isinstance(field, forms.MultipleChoiceField)
        kinds = references.kinds()
        field.choices = [
            (str(index), f"{kinds[kind].name} {value}") for index, (kind, value) in enumerate(numbers)
        ]
        field.initial = [str(index) for index in range(len(numbers))]
        if not numbers:
            del self.fields["found"]

    def lacks(self, cleaned: dict[str, Any]) -> str:
        return f"No authority covers {self.rang}: the case is new." if self.rang else ""

    @transaction.atomic
    def open_case_from(self, message: Message, *, by: StaffMember) -> Case | None:
        """Open the case with the message on it. None when somebody had decided about the message already."""
        # Locked first, so that of two people at once the second makes neither a person nor a case.
        if not Message.objects.select_for_update().filter(pk=message.pk, decision="").exists():
            return None
        known = self.person
        self.body_that_rang = str(message.details.get("body", ""))
        case = self.save(by=by)
        file_on_case(message, case=case, by=by, person=case.constituent, told=body_rang.said_in(self))
        for index in self.cleaned_data.get("found", []):
            kind, value = self.numbers[int(index)]
            add_reference(case=case, kind=kind, value=value, by=by)
        new_person = None if known else case.constituent
        acts.also_did(message, opened=[as_opened(case, new_person=new_person)])
        return case
