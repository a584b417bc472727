"""Asking for authority: one statement to sign, on a printed form with a code or behind a private link."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from opencasework.office.authority.models.authority import Authority
from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case, CasePerson, seen_by
from opencasework.office.constituents.acting import may_give, who_must_give_authority
from opencasework.office.constituents.models import Person
from opencasework.office.kit.questions import moment
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import Sensitivity

# Without I, L, O and U, which are read as other characters. Sixteen of them are 80 bits.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("ILO", "110")
CODE = re.compile(r"OCA1([0-9A-HJKMNP-TV-Z]{16})")
PAGE = re.compile(rf"{CODE.pattern}/([1-9]\d?)/([1-9]\d?)")  # on a form of several pages
LINK_DAYS = 7
# Of cases on which whoever lived with the person may mean them harm.
DANGEROUS = (Sensitivity.CRIMINAL_OR_SAFEGUARDING, Sensitivity.RESTRICTED)
COPY_DAYS = 30  # from the signature; afterwards the office sends the copy
WRONG_TRIES = 5  # wrong answers from one part of the network
# And from everywhere: some 30,000 days of birth stay as good as unguessable, and three connections are needed
# to shut somebody out, who is then sent a new link.
MOST_WRONG_TRIES = 15
MOST_STRANGERS = 20  # visits to one link of which nobody has shown who they are


def new_code() -> str:
    """What a printed form is known by: it says nothing about anybody and cannot be guessed."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(16))


def read_code(text: str) -> str:
    """The code in what a QR reader found or a person typed; empty where there is none."""
    compact = re.sub(r"[\s-]", "", text.upper())
    found = CODE.search(compact.translate(_READ_AS).replace("0CA1", "OCA1", 1))
    if found:
        return found.group(1)
    typed = compact.translate(_READ_AS)
    return typed if re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{16}", typed) else ""


def read_page(text: str) -> tuple[str, int, int]:
    """The code of a form, which of its pages it stands on, and how many it has; 0 and 0 where it has one."""
    found = PAGE.fullmatch(text.strip().upper())
    return (found.group(1), int(found.group(2)), int(found.group(3))) if found else (read_code(text), 0, 0)


class AskQuerySet(models.QuerySet["Ask"]):
    def visible_to(self, staff: StaffMember) -> AskQuerySet:
        """On cases this colleague may know of."""
        return self.filter(seen_by(staff))

    def open(self) -> AskQuerySet:
        """Nothing has come of it yet."""
        return self.filter(authority=None, closed_at=None)

    def signing(self) -> AskQuerySet:
        """A link is out by which whoever is asked can sign, or they have the form: the case waits for them.

        A form that came back and nobody has looked at is ours to deal with. As `Ask.is_still_theirs`: nobody
        can sign any more about somebody who was taken off the case, or who may not give it any more.
        """
        here = models.OuterRef("pk")
        links = SignLink.objects.filter(revoked_at=None, used_at=None, expires_at__gt=moment())
        returned = Ask._meta.get_field("returned").related_model
        came = returned._base_manager.filter(ask=here, decided_at=None)
        has_form = models.Q(went_on__isnull=False) & ~models.Q(models.Exists(came))
        on_it = CasePerson.objects.filter(case=models.OuterRef("case"))
        about = models.Exists(on_it.filter(person=models.OuterRef("of")))
        is_theirs = may_give("person", "of", on=timezone.localdate(moment()))
        asks = self.open().alias(of=Coalesce("about", "person"))
        return asks.filter(about, is_theirs, models.Exists(links.filter(ask=here)) | has_form)


class Ask(models.Model):
    """A statement that waits for its signature: the problem, what is wanted, and whom to ask about whom."""

    dated_by = "made_at"  # for people told apart again

    class Language(models.TextChoices):
        ENGLISH = "en-gb", "English"
        WELSH = "cy", "Welsh"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="authority_asks")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")  # who is to sign
    about = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    problem = models.TextField()
    wanted = models.TextField()
    covers_any_body = models.BooleanField(default=False)
    bodies = models.ManyToManyField(Body, blank=True, related_name="+")
    expires_on = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=5, choices=Language, default=Language.ENGLISH)
    code = models.CharField(max_length=16, unique=True, default=new_code)
    made_by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    authority = models.OneToOneField(
        Authority, null=True, blank=True, on_delete=models.SET_NULL, related_name="ask"
    )
    closed_at = models.DateTimeField(null=True, blank=True)  # nobody waits for it any more
    went_on = models.DateField(null=True, blank=True)  # the printed form, to whoever is to sign it
    asked_again_at = models.DateTimeField(null=True, blank=True)  # the person wants a new link

    objects = AskQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"Authority asked of {self.person} on {self.case.reference}"

    @property
    def shown_code(self) -> str:
        """The code as it stands on the form, in fours."""
        return "-".join(self.code[at : at + 4] for at in range(0, 16, 4))

    @property
    def qr_text(self) -> str:
        return f"OCA1{self.code}"

    def qr_of_page(self, number: int, of: int) -> str:
        """What is read on one page of a form of several, so that a page that is missing is missed."""
        return f"{self.qr_text}/{number}/{of}"

    def end_links(self, *, at: datetime) -> None:
        """Links that are out are of no use any more, and what somebody began to answer on them goes."""
        self.links.filter(revoked_at=None, used_at=None).update(revoked_at=at, answers={})

    def authority_given(self, **given: Any) -> Authority:
        """What the ask becomes once it is signed, not saved yet; `given` is what only the signature says."""
        asked = {
            "case": self.case,
            "person": self.person,
            "about": self.about,
            "problem": self.problem,
            "wanted": self.wanted,
            "covers_any_body": self.covers_any_body,
            "expires_on": self.expires_on,
        }
        return Authority(**asked | given)

    @property
    def opens_by_postcode_alone(self) -> bool:
        """Whether a day of birth, which whoever lived with them knows, opens no link to sign."""
        has_postcode = bool(self.person.address and self.person.address.postcode)
        is_dangerous = self.case.need_to_know or self.case.sensitivity in DANGEROUS
        return has_postcode and bool(self.person.safe_contact or is_dangerous)

    @property
    def is_still_theirs(self) -> bool:
        """Whether whom it is about is on the case as before, and who is asked may give it today.

        A parent or an attorney need not be on the case themselves.
        """
        if not self.case.case_people.filter(person=self.subject).exists():
            return False
        may_give = who_must_give_authority(self.subject, on=timezone.localdate())
        return any(giver.person == self.person for giver in may_give)

    @property
    def why_not_theirs(self) -> str:
        """A sentence where whoever is asked may not give it any more; empty where they may."""
        if self.is_still_theirs:
            return ""
        if not self.case.case_people.filter(person=self.subject).exists():
            return f"{self.subject} is not on this case any more, so nobody can sign this."
        return f"{self.person} may not give this any more: who may stands on the page of {self.subject}."

    @property
    def subject(self) -> Person:
        """Whom it is about."""
        return self.about or self.person

    @property
    def whose(self) -> str:
        """Who is asked, and about whom where that is somebody else."""
        return f"{self.person} about {self.about}" if self.about else str(self.person)

    @property
    def link(self) -> SignLink | None:
        """The latest link, whatever became of it."""
        return next(iter(self.links.all()), None)


class SignLink(models.Model):
    """A private link to sign one statement, once. Its token is not kept: it is made again from our secret."""

    ask = models.ForeignKey(Ask, on_delete=models.CASCADE, related_name="links")
    nonce = models.CharField(max_length=43, default=secrets.token_urlsafe)
    token_hash = models.CharField(max_length=64, unique=True)
    origin = models.CharField(max_length=200)  # https://office.example, as the colleague reached us
    made_by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    wrong_tries = models.PositiveSmallIntegerField(default=0)  # from everywhere
    answers = models.JSONField(default=dict, blank=True)  # of whoever is signing, page by page

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"Link to sign, {self.ask.case.reference}"

    @classmethod
    def make(cls, ask: Ask, *, origin: str, by: StaffMember, now: datetime | None = None) -> SignLink:
        """A new link; those made before are of no use any more. Call inside a transaction."""
        now = now or timezone.now()
        ask.end_links(at=now)
        link = cls(
            ask=ask, origin=origin, made_by=by, made_at=now, expires_at=now + timedelta(days=LINK_DAYS)
        )
        link.token_hash = hashed(link.token)
        link.save()
        Ask.objects.filter(pk=ask.pk).update(asked_again_at=None)
        return link

    @property
    def token(self) -> str:
        """What stands in the link: 256 bits nobody can make without our secret and the row's own number."""
        key = settings.SECRET_KEY.encode()
        made = hmac.new(key, f"sign link {self.nonce}".encode(), hashlib.sha256).digest()
        return urlsafe_b64encode(made).decode().rstrip("=")

    @property
    def url(self) -> str:
        """Behind #, which no browser sends: the token stands in no log and no Referer."""
        return f"{self.origin}/sign/#{self.token}"

    @property
    def is_locked(self) -> bool:
        """Whether nobody is asked any more who they are; who has shown it already goes on."""
        return self.wrong_tries >= MOST_WRONG_TRIES

    def take_try(self, place: str) -> bool:
        """Count one more answer from this part of the network, before it is looked at: many at once get no
        more than one after another. False where there is no room for one.
        """
        with transaction.atomic():
            locked = SignLink.objects.select_for_update().get(pk=self.pk)
            here, _ = SignTries.objects.get_or_create(link=locked, place=place)
            if locked.is_locked or here.wrong >= WRONG_TRIES:
                return False
            SignTries.objects.filter(pk=here.pk).update(wrong=F("wrong") + 1)
            SignLink.objects.filter(pk=self.pk).update(wrong_tries=F("wrong_tries") + 1)
        return True

    def was_right(self, place: str) -> None:
        """The answer from there was theirs: what was counted there before were their own slips."""
        with transaction.atomic():
            locked = SignLink.objects.select_for_update().get(pk=self.pk)
            theirs = locked.tries.filter(place=place)
            slips = sum(theirs.values_list("wrong", flat=True))
            theirs.delete()
            SignLink.objects.filter(pk=self.pk).update(wrong_tries=max(locked.wrong_tries - slips, 0))

    def tries_left(self, place: str) -> int:
        """How many more answers are taken from there; less than none counts as none."""
        here = sum(self.tries.filter(place=place).values_list("wrong", flat=True))
        everywhere = SignLink.objects.values_list("wrong_tries", flat=True).get(pk=self.pk)
        return max(min(WRONG_TRIES - here, MOST_WRONG_TRIES - everywhere), 0)

    def has_copy(self, *, at: datetime) -> bool:
        """Whether it still gives the copy of what was signed with it."""
        return self.used_at is not None and at < self.used_at + timedelta(days=COPY_DAYS)

    def trouble(self, *, at: datetime, is_theirs: bool | None = None) -> str:
        """Why nobody can sign with it: used, withdrawn, locked, expired, done; empty where they can.

        `is_theirs` is `Ask.is_still_theirs`, from who has asked that already.
        """
        if self.revoked_at or not (self.ask.is_still_theirs if is_theirs is None else is_theirs):
            return "withdrawn"
        if self.used_at:
            return "used"
        if self.is_locked:
            return "locked"
        if self.expires_at <= at:
            return "expired"
        return "done" if self.ask.authority_id or self.ask.closed_at else ""


class SignVisit(models.Model):
    """A browser that has opened a link. Each shows by itself who is there, so that a person may begin in the
    mail program of a phone and go on elsewhere, and a stranger's visit is worth nothing to the stranger.
    """

    link = models.ForeignKey(SignLink, on_delete=models.CASCADE, related_name="visits")
    key_hash = models.CharField(max_length=64, unique=True)  # of its cookie
    opened_at = models.DateTimeField(default=timezone.now)
    known_until = models.DateTimeField(null=True, blank=True)  # they have shown who they are
    gave_postcode = models.BooleanField(default=False)  # of where the person lives now, so it may be shown

    class Meta:
        ordering = ["-opened_at", "-pk"]

    def __str__(self) -> str:
        return f"Visit to a link to sign, {self.opened_at:%-d %B}"

    @classmethod
    def begin(cls, link: SignLink, *, now: datetime | None = None) -> str:
        """A new one; returns what its cookie holds. The oldest of which nobody was known make room for it."""
        key, now = secrets.token_urlsafe(32), now or timezone.now()
        with transaction.atomic():
            SignLink.objects.filter(pk=link.pk).update(opened_at=now)
            cls.objects.create(link=link, key_hash=hashed(key), opened_at=now)
            unknown = link.visits.exclude(known_until__gt=now).values_list("pk", flat=True)
            cls.objects.filter(pk__in=list(unknown[MOST_STRANGERS:])).delete()
        return key


class SignTries(models.Model):
    """Wrong answers to who is there, from one part of the network (a keyed hash)."""

    link = models.ForeignKey(SignLink, on_delete=models.CASCADE, related_name="tries")
    place = models.CharField(max_length=64)
    wrong = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "place"], name="tries_of_a_place_once")]

    def __str__(self) -> str:
        return f"{self.wrong} wrong"


def hashed(token: str) -> str:
    """How a token or a cookie is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


class SigningUse(models.Model):
    """How often something was done in an hour, from one part of the network (a keyed hash)."""

    what = models.CharField(max_length=8)
    prefix = models.CharField(max_length=64)
    hour = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["what", "prefix", "hour"], name="a_signing_use_once")]

    def __str__(self) -> str:
        return f"{self.what}: {self.count}"

    @classmethod
    def take(cls, what: str, prefix: str, *, most: int, now: datetime | None = None) -> bool:
        """Count one more; False, when this hour has no room for it."""
        hour = (now or timezone.now()).replace(minute=0, second=0, microsecond=0)
        with transaction.atomic():
            cls.objects.filter(hour__lt=hour - timedelta(hours=24)).delete()
            row, _ = cls.objects.get_or_create(what=what, prefix=prefix, hour=hour)
            return bool(cls.objects.filter(pk=row.pk, count__lt=most).update(count=F("count") + 1))
