"""Saying the four tags, of a case or of a message: what it is about, and three levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import (
    OFFICE_BUSINESS,
    Category,
    OwnWord,
    Sensitivity,
    Transferability,
    Urgency,
    folded,
)

MOST_NAMED = 4  # categories named where what was typed could be any of them
NOTHING_SAID = "Say what it is about. The figures count it."


@dataclass(frozen=True)
class Said:
    """What it is about: the category and, where somebody used a word of the office's own, that word."""

    category: Category
    word: OwnWord | None = None

    def __str__(self) -> str:
        return self.category.code


def issue_named(text: str) -> Said:
    """What a code, a label or a word of the office's own means. Raises ValidationError with a way out."""
    text = text.strip()
    categories = {
        category.code: category for category in Category.objects.all() if category.kind != OFFICE_BUSINESS
    }
    if text.upper() in categories:
        return Said(categories[text.upper()])
    wanted = folded(text)
    by_label = {folded(category.label): category for category in categories.values() if wanted}
    if wanted in by_label:
        return Said(by_label[wanted])
    word = OwnWord.objects.meaning(text)
    if word is not None and word.category is not None:
        return Said(word.category, word)
    if word is not None:
        means = f"stands for {word.stands_for}" if word.level else "has no meaning in the code list yet"
        raise ValidationError(f"“{word}” {means}. Say what it is about with an issue of the list.")
    fitting = [
        category
        for label, category in by_label.items()
        if all(part in f" {label}" for part in (f" {each}" for each in wanted.split()))
    ]
    if len(fitting) == 1:
        return Said(fitting[0])
    if fitting:
        named = ", ".join(f"“{category.label}”" for category in fitting[:MOST_NAMED])
        raise ValidationError(
            f"“{text}” could be {named}{' and others' if len(fitting) > MOST_NAMED else ''}. Choose one."
        )
    raise ValidationError(
        f"“{text}” is no issue of the list and no word of this office. "
        "Choose one that is, or add the word under Tags."
    )


class IssueField(forms.CharField):
    """An issue by type-ahead: its label, a part of it, its code, or a word of the office's own."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", "Issue")
        options.setdefault("help_text", "Type a few letters; your office’s own words work too.")
        options.setdefault("error_messages", {"required": NOTHING_SAID})
        widget = forms.TextInput(attrs={"list": "issues-to-choose", "autocomplete": "off"})
        super().__init__(max_length=200, widget=widget, **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return issue_named(text) if text else None

    def prepare_value(self, value: Any) -> Any:
        """The label of a code, so that one reads what it is."""
        found = Category.objects.filter(code=value).first() if value else None
        return found.label if found else value


class LevelField(forms.ChoiceField):
    """A level of urgency, sensitivity or transferability; its number is its key."""

    def __init__(self, levels: type[Any], **options: Any) -> None:
        super().__init__(choices=levels.choices, widget=forms.RadioSelect, **options)


class FourTagsForm(forms.Form):
    """The four tags, and a few words why."""

    category = IssueField()
    urgency = LevelField(
        Urgency, label="Urgency", error_messages={"required": "Say how soon it must be done."}
    )
    sensitivity = LevelField(
        Sensitivity, label="Sensitivity", error_messages={"required": "Say who may see it."}
    )
    transferability = LevelField(
        Transferability, label="Transferability", error_messages={"required": "Say who can take it forward."}
    )
    tag_reason = forms.CharField(
        label="Reason in a few words",
        max_length=100,
        required=False,
        help_text="Shown beside the urgency, such as “Risk of eviction”.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class MessageTagsForm(FourTagsForm):
    """The four tags of a message: any may be left until its case is opened."""

    category = IssueField(required=False)
    urgency = LevelField(Urgency, label="Urgency", required=False)
    sensitivity = LevelField(Sensitivity, label="Sensitivity", required=False)
    transferability = LevelField(Transferability, label="Transferability", required=False)


def issue_choices(staff: StaffMember) -> list[tuple[str, str]]:
    """What the type-ahead offers: every label, then the office's own words that they may know of."""
    labels = [
        (category.label, category.code)
        for category in Category.objects.order_by("label")
        if category.kind != OFFICE_BUSINESS
    ]
    words = OwnWord.objects.visible_to(staff).in_use().exclude(category=None).select_related("category")
    return [*labels, *((word.word, word.stands_for) for word in words)]


@dataclass(frozen=True)
class Level:
    """One radio of an axis, as the page shows it."""

    value: str
    label: str
    key: str
    is_chosen: bool
    note: str  # “usual for Universal Credit”, or who would no longer see the case


def axes(form: forms.Form, *, notes: dict[str, str]) -> list[tuple[Any, list[Level]]]:
    """The three axes with their levels; `notes` says something of a level by its code."""
    found = []
    for name in ("urgency", "sensitivity", "transferability"):
        bound = form[name]
        chosen = str(bound.value() or "")
        levels = [
            Level(value, label, value[-1], value == chosen, notes.get(value, ""))
            for value, label in form.fields[name].choices  # type: ignore[attr-defined]
        ]
        found.append((bound, levels))
    return found
