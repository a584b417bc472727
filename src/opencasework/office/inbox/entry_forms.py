"""A form of its own for each way in that is not mail: a call, a letter, a visit, a post."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from opencasework.office.cases import covering
from opencasework.office.cases.forms import OfficeDatesForm
from opencasework.office.cases.models import Channel
from opencasework.office.constituents.models import Person
from opencasework.office.inbox import sent_again
from opencasework.office.inbox.actions import write_down
from opencasework.office.inbox.body_forms import FOR_THEM, NO_NAME, OfABodyForm, who_it_was
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.papers import ACCEPT, Scan, letters_with, scan_kind, shown_name, take_in
from opencasework.office.kit.addresses import address
from opencasework.office.kit.dates import SpokenDateField
from opencasework.office.kit.first_bytes import ENOUGH
from opencasework.office.kit.limits import LARGEST_LETTER, LARGEST_NOTE, LARGEST_UPLOAD, MOST_SCANS
from opencasework.office.staff.models import StaffMember

LONGEST_CALL = timedelta(hours=4)  # a form left open for longer timed something else
SUBJECT_WORDS = 60  # characters of the text that stand for a subject nobody typed
NOT_YET = (timezone.localdate, "That day has not come yet. Give today or a day before it.")
MB = 1024 * 1024
NETWORKS = ["Facebook", "Instagram", "X", "Bluesky", "WhatsApp", "TikTok", "YouTube", "Nextdoor", "Mastodon"]


def line(
    label: str, length: int, *, required: bool = False, missing: str = "", **options: Any
) -> forms.CharField:
    """A field of one line."""
    attrs = {"autocomplete": "off"} | options.pop("attrs", {})
    errors = {"required": missing} if missing else {}
    return forms.CharField(
        label=label, max_length=length, required=required, error_messages=errors,
        widget=forms.TextInput(attrs=attrs), **options,
    )  # fmt: skip


def what(
    label: str, *, missing: str, rows: int = 5, required: bool = True, **options: Any
) -> forms.CharField:
    """The field for what was said or written."""
    return forms.CharField(
        label=label, max_length=LARGEST_NOTE, required=required, error_messages={"required": missing},
        widget=forms.Textarea(attrs={"rows": rows}), **options,
    )  # fmt: skip


class EntryForm(OfficeDatesForm):
    """What the four have in common: who, in few words what about, and when. `save(by=…)` keeps it."""

    channel: ClassVar[Channel]
    template: ClassVar[str]  # its own fields, in its own order

    from_name = line(
        "Who", 300, required=True, missing="Say who it was, or write “did not say”.",
        help_text="A surname finds them. Also a postcode or a telephone number.",
    )  # fmt: skip
    text = what("What they said", missing="Write what was said or written. Nothing was kept.")
    subject = line("About", 200, help_text="Left empty: the first words of the text.")
    received_on = SpokenDateField(
        label="When", required=False, help_text="Left empty: now.", not_after=NOT_YET
    )
    sent_key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)  # see `sent_again`

    def __init__(self, *args: Any, person: Person | None = None, **options: Any) -> None:
        options.setdefault("auto_id", "entry_%s")  # it may stand over a page with a form of its own
        super().__init__(*args, **options)
        self.person = person
        if person is not None:
            self.fields["from_name"].required = False
            self.initial.setdefault("from_name", person.full_name)
        self.initial.setdefault("sent_key", sent_again.new_key())
        if not self.is_bound:
            self.fields["text" if person else "from_name"].widget.attrs["autofocus"] = True
        self.fields["from_name"].widget.attrs |= {
            "hx-post": address("callers"),  # not in an address: it is somebody's name
            "hx-trigger": "input changed delay:150ms",
            "hx-target": "#entry-people",
            "hx-swap": "innerHTML",
            "hx-params": "from_name",
            "hx-sync": "this:replace",
        }

    def is_here_already(self, _staff: StaffMember) -> bool:
        """Whether what it says seems to be in a message that they may see; then the form says so."""
        return False

    def details(self) -> dict[str, object]:
        """What only this channel has, by the names that `particulars.py` shows."""
        return {}

    def received_at(self) -> datetime:
        """When it reached us: now, or at noon of an earlier day."""
        on = self.cleaned_data["received_on"]
        return timezone.now() if on is None or on == timezone.localdate() else noon(on)

    def save(self, *, by: StaffMember, fingerprint: str | None = None, mark: str = "") -> Message:
        """Put it into the inbox, in the hands of whoever wrote it down. By `fingerprint` there is only one;
        `mark` says what was sent: `sent_again`.
        """
        given = self.cleaned_data
        return write_down(
            channel=self.channel,
            text=given["text"],
            by=by,
            subject=given["subject"] or first_words(given["text"]),
            from_name=self.sender(),
            from_address=given.get("from_address", "") or (self.person.email if self.person else ""),
            person=self.person,
            received_at=self.received_at(),
            details={name: value for name, value in self.details().items() if value not in ("", None)}
            | {sent_again.MARK: mark},
            fingerprint=fingerprint,
        )

    def sender(self) -> str:
        """Who it was, as typed; empty where the person is known and nothing was typed."""
        return str(self.cleaned_data.get("from_name", ""))


class CallForm(OfABodyForm, EntryForm):
    """A telephone call, timed from when the form was opened."""

    channel = Channel.PHONE
    template = "inbox/_entry_call.html"

    rang = who_it_was("Who rang", "The person themselves", "A body", for_them="Somebody for them")
    number = line("Number they rang from", 40, attrs={"inputmode": "tel"})
    call_back = line("Wants a call back", 100, help_text="When, such as “after three” or “Friday morning”.")
    follow_up = forms.ChoiceField(
        label="Do they expect to hear from us?", choices=[("yes", "Yes"), ("no", "No")], initial="yes",
        widget=forms.RadioSelect, required=False,
    )  # fmt: skip
    minutes = forms.IntegerField(
        label="Minutes", required=False, min_value=0, max_value=600,
        help_text="Left empty: as timed.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "w-5", "autocomplete": "off"}),
        error_messages={"invalid": "Give the minutes in figures."},
    )  # fmt: skip
    timed = forms.BooleanField(label="Keep how long it took", required=False, initial=True)
    opened_at = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    from_address = forms.EmailField(
        label="Email", max_length=320, required=False,
        error_messages={"invalid": "Write an email address like name@post.example."},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("opened_at", timezone.now().isoformat())

    def clean_opened_at(self) -> datetime | None:
        """When the form was opened; None for one that was left open, or whose clock cannot be right."""
        try:
            opened = datetime.fromisoformat(self.cleaned_data["opened_at"])
        except ValueError:
            return None
        now = timezone.now()
        fits = timezone.is_aware(opened) and timedelta(0) <= now - opened <= LONGEST_CALL
        return opened if fits else None

    def received_at(self) -> datetime:
        opened: datetime | None = self.cleaned_data["opened_at"]
        on = self.cleaned_data["received_on"]
        return opened if opened and on in (None, timezone.localdate()) else super().received_at()

    def details(self) -> dict[str, object]:
        given = self.cleaned_data
        opened: datetime | None = given["opened_at"]
        seconds = given["minutes"] * 60 if given["minutes"] is not None else None
        if seconds is None and given["timed"] and opened and given["received_on"] is None:
            seconds = int((timezone.now() - opened).total_seconds())
        return {
            "number": given["number"],
            "seconds": seconds,
            "call_back": given["call_back"],
            "follow_up": given["follow_up"] != "no",
            **self._for_them(),
            **self.of_the_body(),
        }

    def _for_them(self) -> dict[str, object]:
        given = self.cleaned_data
        return {"for_them": given["caller"] or NO_NAME} if given["rang"] == FOR_THEM else {}


class SeveralFiles(forms.ClearableFileInput):
    """A field that takes more than one file."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if isinstance(files, MultiValueDict) else files.get(name, [])


class ScansField(forms.Field):
    """The scans or photographs of one letter."""

    widget = SeveralFiles

    def clean(self, value: Any) -> list[UploadedFile[Any]]:
        files: list[UploadedFile[Any]] = list(value or [])
        if len(files) > MOST_SCANS:
            raise ValidationError(f"One letter takes up to {MOST_SCANS} files. Scan several pages into one.")
        for file in files:
            name = shown_name(file.name or "")
            if not file.size:
                raise ValidationError(f"“{name}” is empty. Choose it again.")
            if file.size > LARGEST_UPLOAD:
                raise ValidationError(
                    f"“{name}” is larger than {LARGEST_UPLOAD // MB} MB. Scan it at a lower resolution."
                )
            beginning = file.read(ENOUGH)
            file.seek(0)
            if not scan_kind(beginning):
                raise ValidationError(
                    f"“{name}” is neither a PDF nor a photograph. Save it as PDF and choose it again."
                )
        if sum(file.size or 0 for file in files) > LARGEST_LETTER:
            raise ValidationError(
                f"Together the files are larger than {LARGEST_LETTER // MB} MB. "
                "Scan at a lower resolution, or write down two letters."
            )
        return files


class LetterForm(EntryForm):
    """A letter on paper: its scans become one PDF, and what stands in them can be found."""

    channel = Channel.LETTER
    template = "inbox/_entry_letter.html"

    from_name = line(
        "Who it is from", 300, required=True, missing="Say who wrote it, or write “not signed”.",
        help_text="A surname finds them. Also a postcode or a telephone number.",
    )  # fmt: skip
    scans = ScansField(
        label="Scans or photographs",
        required=False,
        help_text=f"PDF, JPEG, PNG, TIFF or HEIC, up to {LARGEST_UPLOAD // MB} MB each, in the order of the "
        "pages. "
        "They become one PDF.",
        widget=SeveralFiles(attrs={"accept": ACCEPT, "multiple": True}),
    )
    text = what(
        "What it says", missing="", required=False, rows=4,
        help_text="In short. The text of a scan is added by itself where it has one.",
    )  # fmt: skip
    dated = SpokenDateField(
        label="Date on the letter", required=False, help_text="Like “3 nov”.", not_after=NOT_YET
    )
    received_on = SpokenDateField(
        label="Received", required=False, help_text="Left empty: today.", not_after=NOT_YET
    )
    another = forms.BooleanField(label="It is another letter: write it down all the same", required=False)
    there: Message | None = None  # the letter that has one of the scans

    def is_here_already(self, staff: StaffMember) -> bool:
        """Whether one of the scans is in a letter that they may see, and nobody said that this is another."""
        given = self.cleaned_data
        if given["another"] or not given["scans"]:
            return False
        names = {_mark(file): shown_name(file.name or "") for file in given["scans"]}
        letters = letters_with(names).visible_to(staff)
        there = letters.prefetch_related("attachments").order_by("-received_at", "-pk").first()
        if there is not None:
            held = {file.sha256 for file in there.attachments.all()} | {there.fingerprint}
            name = next(name for mark, name in names.items() if mark in held)
            self.add_error("another", _is_in(there, name, staff))
            self.there = there
        return there is not None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("text") and not given.get("scans") and "scans" not in self.errors:
            self.add_error("text", "Choose a scan, or write what the letter says. Nothing was kept.")
        dated, received = given.get("dated"), given.get("received_on")
        if dated and received and received < dated:
            self.add_error("received_on", "It cannot have come before it was written. Check both dates.")
        return given

    def save(self, *, by: StaffMember, fingerprint: str | None = None, mark: str = "") -> Message:
        """Put it into the inbox with its PDF. The child reads the scans before the database is asked."""
        given = self.cleaned_data
        paper = take_in([Scan(file.name or "", file.read()) for file in given["scans"]])
        words = given["text"] or paper.text
        return write_down(
            channel=self.channel,
            text=given["text"],
            by=by,
            subject=given["subject"] or first_words(words) or f"Letter from {self.person or self.sender()}",
            from_name=self.sender(),
            from_address=self.person.email if self.person else "",
            person=self.person,
            received_at=self.received_at(),
            sent_at=noon(given["dated"]) if given["dated"] else None,
            paper=paper if given["scans"] else None,
            details={sent_again.MARK: mark},
            fingerprint=fingerprint,
        )


def _mark(file: UploadedFile[Any]) -> str:
    """Its SHA-256, with the file at its beginning again."""
    mark = hashlib.sha256(file.read()).hexdigest()
    file.seek(0)
    return mark


def _is_in(letter: Message, name: str, staff: StaffMember) -> str:
    cover = covering.of(letter.case, staff) if letter.case else covering.of_role(staff)
    received = timezone.localtime(letter.received_at)
    return (
        f"“{name}” is in a letter that was written down already: “{cover.over(letter.subject)}” from "
        f"{letter.from_name or 'nobody named'}, received {received:%-d %B %Y}. Look at that one first."
    )


class VisitForm(OfABodyForm, EntryForm):
    """Somebody who came: to a surgery, or off the street."""

    channel = Channel.SURGERY
    template = "inbox/_entry_visit.html"

    rang = who_it_was("Who came", "Somebody for themselves, or for another person", "Somebody from a body")
    from_name = line(
        "Who", 300, required=True, missing="Say who came, or write “did not say”.",
        help_text="A surname finds them. Also a postcode or a telephone number.",
    )  # fmt: skip
    where = line("Where", 120, initial="Our office")
    present = line("Who else was there", 200, help_text="Such as “her son, who interpreted”.")
    access = line(
        "Access needs, or anything to mind", 300,
        help_text="Such as “hard of hearing”, or what keeps everybody safe next time.",
    )  # fmt: skip

    def details(self) -> dict[str, object]:
        given = {name: self.cleaned_data[name] for name in ("where", "present", "access")}
        return given | self.of_the_body()


class PostForm(OfABodyForm, EntryForm):
    """A message on a social network."""

    channel = Channel.SOCIAL
    template = "inbox/_entry_post.html"

    rang = who_it_was("Who wrote", "A person", "A body")
    caller = line("Who wrote for it", 120, help_text="Their name, if they gave it.")
    network = line(
        "Network", 60, required=True, missing="Say where it was written, such as “Facebook”.",
        attrs={"list": "entry_networks"},
    )  # fmt: skip
    from_name = line(
        "Who", 300, help_text="Their name, if you know it. A surname finds them.",
    )  # fmt: skip
    handle = line("Account", 120, help_text="Such as “@nia_p”.")
    link = line(
        "Link",
        500,
        help_text="Kept as text. We never open it.",
        attrs={"inputmode": "url", "spellcheck": "false"},
    )
    private = forms.ChoiceField(
        label="Who can see it?", choices=[("yes", "Only us, a private message"), ("no", "Everybody")],
        initial="yes", widget=forms.RadioSelect, required=False,
    )  # fmt: skip
    text = what("What it says", missing="Paste what was written. Nothing was kept.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        is_known = self.person is not None or self.is_from_body
        if not given.get("from_name") and not given.get("handle") and not is_known:
            self.add_error("handle", "Give the account or the name, so that we know whom to answer.")
        return given

    def sender(self) -> str:
        return super().sender() or str(self.cleaned_data["handle"])

    def details(self) -> dict[str, object]:
        given = self.cleaned_data
        return {name: given[name] for name in ("network", "handle", "link")} | {
            "private": given["private"] != "no",
            **self.of_the_body(),
        }


@dataclass(frozen=True)
class Kind:
    """A way in: its place in an address, its words, its icon, and the key that leads from one to another."""

    name: str
    words: str
    act: str
    icon: str
    key: str
    form: type[EntryForm]

    @property
    def caps(self) -> str:
        """The key as it is shown."""
        return self.key.replace("+", " ")

    @property
    def url(self) -> str:
        return address("entry-new", self.name)


KINDS = {
    kind.name: kind
    for kind in (
        Kind("call", "Call", "Log a call", "phone", "Alt+1", CallForm),
        Kind("letter", "Letter", "Record a letter", "mail-open", "Alt+2", LetterForm),
        Kind("visit", "Visit", "Record a visit", "users-round", "Alt+3", VisitForm),
        Kind("social", "Social", "Record a social-media message", "message-circle", "Alt+4", PostForm),
    )
}


def noon(day: date) -> datetime:
    """A time for what is known by its day alone."""
    return timezone.make_aware(datetime.combine(day, time(12)))


def first_words(text: str) -> str:
    """The beginning of a text, cut between words, to know it by."""
    words = " ".join(text[: SUBJECT_WORDS * 3].split())
    if len(words) <= SUBJECT_WORDS:
        return words
    return words[:SUBJECT_WORDS].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
