"""What people write in the inbox: a message that did not come by mail, a case from a message."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone

from opencasework.office.cases.actions import add_reference
from opencasework.office.cases.forms import NewCaseForm, OfficeDatesForm
from opencasework.office.cases.models import Case, Channel
from opencasework.office.constituents.models import Person
from opencasework.office.inbox.actions import write_down
from opencasework.office.inbox.filing import file_on_case
from opencasework.office.inbox.models import Message
from opencasework.office.kit import references
from opencasework.office.kit.dates import SpokenDateField
from opencasework.office.kit.limits import LARGEST_NOTE
from opencasework.office.staff.models import StaffMember

BY_HAND = [Channel.PHONE, Channel.LETTER, Channel.SURGERY, Channel.SOCIAL]


class CaseFromMessageForm(NewCaseForm):
    """A new case for what a message asks. The reference numbers found in the message can be kept with it."""

    found = forms.MultipleChoiceField(
        label="Reference numbers found in the message",
        required=False,
        help_text="Untick what does not belong to this case.",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, numbers: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.numbers = numbers
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

    @transaction.atomic
    def open_case_from(self, message: Message, *, by: StaffMember) -> Case | None:
        """Open the case with the message on it. None when somebody had decided about the message already."""
        # Locked first, so that of two people at once the second makes neither a person nor a case.
        if not Message.objects.select_for_update().filter(pk=message.pk, decision="").exists():
            return None
        case = self.save(by=by)
        file_on_case(message, case=case, by=by, person=case.constituent)
        for index in self.cleaned_data.get("found", []):
            kind, value = self.numbers[int(index)]
            add_reference(case=case, kind=kind, value=value, by=by)
        return case


class WrittenDownForm(OfficeDatesForm):
    """A call, a letter, a visit, a post: what did not come by mail, so that it waits in the inbox too."""

    channel = forms.ChoiceField(
        label="How it reached us", choices=[(each.value, each.label) for each in BY_HAND]
    )
    from_name = forms.CharField(
        label="Who",
        max_length=300,
        error_messages={"required": "Say who it was, or write “did not say”."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    from_address = forms.EmailField(
        label="Email",
        max_length=320,
        required=False,
        error_messages={"invalid": "Write an email address like name@post.example."},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    subject = forms.CharField(
        label="About",
        max_length=200,
        help_text="In a few words.",
        error_messages={"required": "Say in a few words what it is about."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    text = forms.CharField(
        label="What they said",
        max_length=LARGEST_NOTE,
        help_text="With telephone, postcode and reference numbers where you have them; they are recognised.",
        error_messages={"required": "Write what was said or written. Nothing was kept."},
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    received_on = SpokenDateField(
        label="When",
        required=False,
        help_text="Left empty: now.",
        not_after=(timezone.localdate, "That day has not come yet. Give today or a day before it."),
    )

    def __init__(self, *args: Any, person: Person | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.person = person
        if person is not None:
            del self.fields["from_name"], self.fields["from_address"]
        if not self.is_bound:
            self.fields["subject" if person else "from_name"].widget.attrs["autofocus"] = True

    def save(self, *, by: StaffMember) -> Message:
        """Put it into the inbox, in the hands of whoever wrote it down."""
        given = self.cleaned_data
        on, now = given["received_on"], timezone.localtime()
        earlier = on is not None and on != now.date()
        return write_down(
            channel=given["channel"],
            text=given["text"],
            by=by,
            subject=given["subject"],
            from_name=given.get("from_name", ""),
            from_address=given.get("from_address", "") or (self.person.email if self.person else ""),
            person=self.person,
            received_at=timezone.make_aware(datetime.combine(on, time(12))) if earlier else None,
        )
