"""Two people editing one record: neither loses a word.

A form that edits something carries, sealed, what stood there when it was opened. When it comes back, what
only the other person changed stays as theirs, what only this one changed is saved; where both changed the
same field, a page shows the two side by side. `Versioned` is for any form whose `initial` is what stands now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.db.models import Model
from django.forms.models import construct_instance
from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from opencasework.office.kit import dates

SALT = "kit.versions"
OPENED = "opened"  # the hidden field
# Comparing two texts that have nothing in common but their spaces takes the cube of their length; `difflib`
# passes over what is everywhere in a long text, and these are the bounds of the rest.
LONGEST_MARKED = 4_000  # characters of both; longer texts are shown without their differences marked
MOST_LINES = 400  # a text of more is not put together with another; one chooses


def seal(values: Mapping[str, str]) -> str:
    """What stands in a record, as a text that a page may carry and nobody can alter."""
    return signing.dumps(dict(values), salt=SALT, compress=True)


def plain(value: Any) -> str:
    """A field's value, as a form or a model holds it, as text that is equal when the value is."""
    if value is None or value is False:
        return ""
    if isinstance(value, Model):
        return str(getattr(value, "code", "") or value.pk)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if isinstance(value, Iterable):
        return " ".join(sorted(map(plain, value)))
    return str(value)


@dataclass(frozen=True)
class Difference:
    """A field that two people changed in different ways. They are compared when somebody asks."""

    name: str
    label: str
    theirs_said: str  # in the words of the field
    mine_said: str
    theirs_value: Any  # for a form
    mine_value: Any
    texts: tuple[str, str, str] | None  # what was, theirs and mine, where the field is a text
    has_lines: bool  # a text of lines, whose changes can be put together
    is_shown: bool = True  # not where another field shows the same difference to the reader

    @property
    def _is_marked(self) -> bool:
        return len(self.theirs_said) + len(self.mine_said) < LONGEST_MARKED

    @cached_property
    def theirs(self) -> SafeString:
        """For the page, with what differs marked."""
        if self._is_marked:
            return marked_against(self.mine_said, self.theirs_said)
        return SafeString(format_plain(self.theirs_said))

    @cached_property
    def mine(self) -> SafeString:
        """For the page, with what differs marked."""
        if self._is_marked:
            return marked_against(self.theirs_said, self.mine_said)
        return SafeString(format_plain(self.mine_said))

    @cached_property
    def both(self) -> str:
        """The two in one, for a text; for one line the words of this one; empty where one has to choose."""
        if self.texts is None:
            return ""
        was, theirs, mine = self.texts
        if not self.has_lines:
            return mine
        if any(text.count("\n") >= MOST_LINES for text in self.texts):
            return ""
        return merged(was, theirs=theirs, mine=mine)


class Versioned(forms.BaseForm):
    """A form that edits a record. After `is_valid()`, `clashes` are the fields two people changed.

    What only the other person changed is taken over from `initial` into `cleaned_data`, and into the
    `instance` of a form that has one; `taken` names it. A form sent without the sealed field, as a script
    may, is compared with nothing; files never are.
    """

    clashes: list[Difference]
    taken: list[str]  # by their labels
    taken_names: list[str]
    cleaned_data: dict[str, Any]
    _errors: ErrorDict | None

    def __init__(self, *args: Any, standing: Mapping[str, Any] | None = None, **options: Any) -> None:
        """`standing` is what the record holds, where that is not what the fields begin with."""
        super().__init__(*args, **options)
        self.clashes, self.taken, self.taken_names, self._record = [], [], [], standing
        now = {name: _plain_of(self.fields[name], self._standing(name)) for name in self._compared()}
        self.fields[OPENED] = forms.CharField(required=False, widget=forms.HiddenInput, initial=seal(now))

    @property
    def _begins_a_row(self) -> bool:
        """What a form of a new row begins with is a proposal, and nobody else's words."""
        return isinstance(self, forms.BaseModelForm) and self.instance.pk is None

    def compare_with_nothing(self) -> None:
        """For a form of a page that makes something new, where that is no form of a row."""
        self.fields.pop(OPENED, None)

    def _compared(self) -> list[str]:
        names = [name for name, field in self.fields.items() if not isinstance(field, forms.FileField)]
        return [name for name in names if name != OPENED]

    def _standing(self, name: str) -> Any:
        if self._record is not None:
            return self._record.get(name)
        return self.get_initial_for_field(self.fields[name], name)

    def full_clean(self) -> None:
        super().full_clean()
        opened = getattr(self, "cleaned_data", {}).pop(OPENED, "")
        if self.is_bound and opened and not self._errors and not self._begins_a_row:
            try:
                self._settle(signing.loads(opened, salt=SALT))
            except signing.BadSignature:
                self.add_error(
                    None, "This page was too old to be saved. Open it again and copy your words over."
                )

    def _settle(self, was: Mapping[str, str]) -> None:
        for name in self._compared():
            if name not in was or name not in self.cleaned_data:
                continue
            field, standing = self.fields[name], self._standing(name)
            now, mine = _plain_of(field, standing), _plain_of(field, self.cleaned_data[name])
            if now in {was[name], mine}:
                continue
            if mine == was[name]:
                self.cleaned_data[name] = _as_cleaned(field, standing)
                self.taken.append(str(field.label))
                self.taken_names.append(name)
            else:
                self.clashes.append(self._difference(name, field, was[name], standing))
        if self.taken_names and isinstance(self, forms.BaseModelForm):
            construct_instance(self, self.instance, self.taken_names)  # which was made before they were taken

    def _difference(self, name: str, field: forms.Field, was: str, standing: Any) -> Difference:
        is_text = isinstance(field, forms.CharField) and not isinstance(field, dates.SpokenDateField)
        return Difference(
            name,
            str(field.label),
            said(field, standing),
            said(field, self.cleaned_data[name]),
            standing if isinstance(standing, str) else field.prepare_value(standing),
            self.data.get(name, ""),
            (was, plain(standing), plain(self.cleaned_data[name])) if is_text else None,
            is_text and isinstance(field.widget, forms.Textarea),
        )


def _plain_of(field: forms.Field, value: Any) -> str:
    """As `plain`; a row that is chosen is told by what its field sends, not by a code it has."""
    one_row = isinstance(field, forms.ModelChoiceField)
    if one_row and not isinstance(field, forms.ModelMultipleChoiceField):
        return plain(field.prepare_value(value))
    return plain(value)


def _as_cleaned(field: forms.Field, standing: Any) -> Any:
    """What stands there, as the form hands it on."""
    if isinstance(standing, date) or standing in {None, ""}:
        return standing
    if isinstance(field, forms.ModelMultipleChoiceField):
        return field.clean([plain(each) for each in standing])
    return field.clean(standing)


def said(field: forms.Field, value: Any) -> str:
    """A value in the words of its field."""
    if isinstance(value, date):
        return dates.say(value)
    if isinstance(field, forms.BooleanField):
        return "Yes" if value else "No"
    if isinstance(field, forms.ModelMultipleChoiceField):
        return ", ".join(str(each) for each in (value or [])) or "Nobody"
    text = _plain_of(field, value)
    if isinstance(field, forms.ChoiceField):
        return _words_of_choices(field.choices).get(text, text)
    return text


def _words_of_choices(choices: Any) -> dict[str, str]:
    words: dict[str, str] = {}
    for value, label in choices:
        words |= _words_of_choices(label) if isinstance(label, list | tuple) else {str(value): str(label)}
    return words


def compare(
    request: HttpRequest,
    form: Versioned,
    *,
    who: str,
    back: str,
    rail: str = "",
    crumbs: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    """The page that shows two edits of one record side by side; each of its buttons saves one of them.

    `who` says who changed it and when; `back` is where one goes to leave it as it is. `rail` is the item of
    the rail the record belongs to, `crumbs` are the addresses and names of what it is part of. The two are
    compared when the page is rendered: after the view, and so after the transaction that keeps everybody else
    waiting.
    """
    changed = {clash.name: clash for clash in form.clashes}
    fields = form._compared()
    # From here on one answers what stands there now.
    opened = seal({name: _plain_of(form.fields[name], form._standing(name)) for name in fields})
    mine = [(name, value) for name in fields for value in _posted(form, name)]
    theirs = [(name, value) for name, value in mine if name not in changed]
    theirs += [(clash.name, value) for clash in form.clashes for value in _as_posted(clash.theirs_value)]
    others = [name for name in fields if name not in changed]
    context = {
        **({"rail": rail} if rail else {}),
        "crumbs": crumbs,
        "form": forms.Form(),
        "clashes": form.clashes,
        "who": who,
        "back": back,
        "opened": opened,
        "mine": mine,
        "theirs": theirs,
        "rest": lambda: [pair for pair in mine if not (pair[0] in changed and changed[pair[0]].both)],
        "can_merge": lambda: any(clash.both for clash in form.clashes),
        "has_lines": any(clash.has_lines for clash in form.clashes),
        # Whether something else of this one's would be saved beside what the other person wrote.
        "has_more": any(
            _plain_of(form.fields[name], form.cleaned_data.get(name))
            != _plain_of(form.fields[name], form._standing(name))
            for name in others
        ),
    }
    return TemplateResponse(request, "kit/compare.html", context, status=409)


def say_taken(request: HttpRequest, form: Versioned) -> None:
    """Tell whoever saved what a colleague had changed meanwhile in other fields, and that it stays."""
    if form.taken:
        messages.info(
            request, f"Somebody else had changed meanwhile: {', '.join(form.taken)}. That is kept too."
        )


def _posted(form: Versioned, name: str) -> list[str]:
    data = form.data
    values = data.getlist(name) if hasattr(data, "getlist") else [data.get(name, "")]
    # What the other person alone changed is theirs on every button.
    if form.fields[name].label in form.taken:
        return _as_posted(form.fields[name].prepare_value(form._standing(name)))
    return [str(value) for value in values]


def _as_posted(value: Any) -> list[str]:
    if value is None or value is False:
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, Iterable):
        return [plain(each) for each in value]
    return [plain(value)]


# --- texts --------------------------------------------------------------------------------------------


def _words(text: str) -> list[str]:
    """A text as words and the spaces between them; joined they are the text again."""
    words, word = [], ""
    for character in text:
        if word and character.isspace() != word[-1].isspace():
            words.append(word)
            word = ""
        word += character
    return [*words, word] if word else words


def format_plain(text: str) -> str:
    return format_html_join("", "{}", ((text,),))


def marked_against(other: str, text: str) -> SafeString:
    """The text as HTML, with what the other one has not in `<mark>`."""
    theirs, own = _words(other), _words(text)
    matcher = SequenceMatcher(None, theirs, own)
    parts = [
        ("".join(own[start:end]), kind == "equal")
        for kind, _, _, start, end in matcher.get_opcodes()
        if end > start
    ]
    return SafeString(
        "".join(format_html_join("", "{}" if same else "<mark>{}</mark>", ((part,),)) for part, same in parts)
    )


def merged(was: str, *, theirs: str, mine: str) -> str:
    """One text with the changes of both, line by line; where both changed one line, theirs and then mine."""
    base = was.split("\n")
    changes = [*_changes(base, theirs.split("\n")), *_changes(base, mine.split("\n"))]
    lines: list[str] = []
    at = 0
    while at <= len(base):
        here = [change for change in changes if change[0] == at]
        if not here:
            lines += base[at : at + 1]
            at += 1
            continue
        end = max(change[1] for change in here)
        # A change that begins within another's reach is of the same place.
        while within := [change for change in changes if at < change[0] < end and change not in here]:
            here += within
            end = max(change[1] for change in here)
        for _, _, new in dict.fromkeys(sorted(here, key=lambda change: change[0])):
            lines += new
        changes = [change for change in changes if change not in here]
        at = max(end, at)
    return "\n".join(lines)


def _changes(base: Sequence[str], text: Sequence[str]) -> list[tuple[int, int, tuple[str, ...]]]:
    """From which line to which what new ones stand."""
    matcher = SequenceMatcher(None, base, text)
    return [
        (start, end, tuple(text[first:last]))
        for kind, start, end, first, last in matcher.get_opcodes()
        if kind != "equal"
    ]
