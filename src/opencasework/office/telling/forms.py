"""What somebody writes who tells a person something: in plain words, or that they have done it already."""

from __future__ import annotations

from django import forms

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
