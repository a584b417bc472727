"""What somebody writes who tells a person something: in plain words, or that they have done it already."""

from __future__ import annotations

from typing import Any

from django import forms

from opencasework.office.letters.pack.documents import Document

LONGEST_NOTE = 4_000  # characters


class ForwardingForm(forms.Form):
    """A body's answer in plain words, and what happens next; the answer itself goes with it."""

    summary = forms.CharField(
        label="What they say, in plain words",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "true"}),
        help_text="One paragraph, as you would say it on the telephone.",
        error_messages={
            "required": "Say in a sentence or two what the answer is. Few people read such letters easily."
        },
    )
    what_next = forms.CharField(
        label="What happens next",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "true"}),
        help_text="Who does what, by when. Name a date to appeal by, if one follows from it.",
        error_messages={"required": "Say what happens next, even if it is that nothing more can be done."},
    )
    is_no = forms.BooleanField(label="The answer is no", required=False)
    quotes = forms.BooleanField(label="Quote their answer below the letter", required=False, initial=True)
    enclosed = forms.MultipleChoiceField(
        label="Which of their files go along",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Look into each first: a table of theirs may name other people.",
        error_messages={
            "invalid_choice": "That file did not come with this answer. Choose among those shown."
        },
    )

    def __init__(self, *args: Any, documents: list[Document], **options: Any) -> None:
        super().__init__(*args, **options)
        self.documents = documents
        field = self.fields["enclosed"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(one.source, one.title) for one in documents]
        if not documents:
            del self.fields["enclosed"]

    @property
    def chosen(self) -> list[Document]:
        """The files that go along, in the order they are shown."""
        wanted = self.cleaned_data.get("enclosed") or []
        return [one for one in self.documents if one.source in wanted]


class ToldForm(forms.Form):
    """Somebody has told the person, by telephone or in person."""

    how = forms.ChoiceField(
        label="How",
        choices=[("phone", "By telephone"), ("surgery", "In person")],
        initial="phone",
        widget=forms.RadioSelect,
        error_messages={"required": "Say how they were told."},
    )
    said = forms.CharField(
        label="What was said",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what you told them; it stands on the timeline."},
    )
