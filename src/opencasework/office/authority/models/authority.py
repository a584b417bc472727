"""Authority to act: the person's word that the office may act and a body may answer."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.urls import reverse
from django.utils import timezone

from opencasework.office.authority import implied
from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case, seen_by
from opencasework.office.constituents.models import Person
from opencasework.office.staff.models import StaffMember

EXPIRES_SOON = timedelta(days=30)


class AuthorityQuerySet(models.QuerySet["Authority"]):
    def visible_to(self, staff: StaffMember) -> AuthorityQuerySet:
        """On cases this colleague may know of."""
        return self.filter(seen_by(staff))

    def in_force(self, *, on: date, as_it_stood: bool = False) -> AuthorityQuerySet:
        """Given, not withdrawn and not expired on this day, and by nobody else's name.

        What was withdrawn since is in none, but for what was done on the days before: `as_it_stood`.
        """
        kept = models.Q(withdrawn_on=None)
        return self.filter(
            models.Q(expires_on=None) | models.Q(expires_on__gte=on),
            kept | models.Q(withdrawn_on__gt=on) if as_it_stood else kept,
            given_on__lte=on,
            name_doubted=False,
        )

    def to_see(self) -> AuthorityQuerySet:
        """Signed or withdrawn by the person, and nobody here has looked at what they say."""
        return self.filter(is_to_see=True)

    def covering(self, body: Body, *, on: date, as_it_stood: bool = False) -> AuthorityQuerySet:
        """In force, and naming this body, or the department it is a service of, or saying that it covers any.

        Implied authority counts for the bodies alone that are known to accept it.
        """
        named = Authority.bodies.through.objects.filter(body__in=[body, *departments_of(body)])
        covering = self.in_force(on=on, as_it_stood=as_it_stood).filter(
            models.Q(covers_any_body=True) | models.Q(pk__in=named.values("authority"))
        )
        if implied.accepted_by(body) is None:
            covering = covering.exclude(basis=Authority.Basis.IMPLIED)
        return covering

    def written(self) -> AuthorityQuerySet:
        """With a signature that can be shown to whoever asks for it."""
        return self.filter(basis__in=Authority.WRITTEN)

    def expiring(self, *, on: date) -> AuthorityQuerySet:
        """In force today, and not for long."""
        return self.in_force(on=on).filter(expires_on__lte=on + EXPIRES_SOON)


def departments_of(body: Body) -> list[Body]:
    """What a service is part of. An agency or a contractor is a body of its own: the person names it."""
    if body.kind == "service" and body.parent:
        return [body.parent, *departments_of(body.parent)]
    return []


class Authority(models.Model):
    """One statement: what the problem is, what is to be done, and who may be asked about whom."""

    dated_by = "recorded_at"  # for people told apart again

    class Basis(models.TextChoices):
        SIGNED = "signed", "Signed on paper"
        ONLINE = "online", "Signed online"
        VERBAL = "verbal", "Given by word of mouth"
        IMPLIED = "implied", "Implied by asking for help"

    WRITTEN = (Basis.SIGNED, Basis.ONLINE)

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="authorities")
    # Who gives it. Where that is somebody else than the person it is about, `about` is that person.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="authorities")
    about = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="authorities_about"
    )
    basis = models.CharField(max_length=8, choices=Basis, default=Basis.SIGNED)
    problem = models.TextField(blank=True)
    wanted = models.TextField(blank=True)
    statement = models.TextField(blank=True)  # what was said, where it was said; what was added, where signed
    covers_any_body = models.BooleanField(default=False)
    bodies = models.ManyToManyField(Body, blank=True, related_name="authorities")
    given_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)
    withdrawn_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # empty where the person withdrew it themselves
    # By word of mouth: why not in writing, who heard it, when, and on which number.
    verbal_reason = models.CharField(max_length=300, blank=True)
    heard_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    heard_at = models.DateTimeField(null=True, blank=True)
    call_number = models.CharField(max_length=40, blank=True)
    implied_source = models.CharField(max_length=500, blank=True)  # who says that the body accepts it
    # Online: the words that were signed, by whom, when, with what. As the sealed PDF has it.
    evidence = models.JSONField(default=dict, blank=True)
    # The name typed below it is clearly not theirs, and nobody here has said yet that it may count.
    name_doubted = models.BooleanField(default=False)
    is_to_see = models.BooleanField(default=False)  # signed or withdrawn by the person, and not looked at yet
    recorded_by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    scan_sha256 = models.CharField(max_length=64, blank=True)
    scan_name = models.CharField(max_length=200, blank=True)
    scan_type = models.CharField(max_length=100, blank=True)

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        ordering = ["-given_on", "-pk"]
        verbose_name_plural = "authorities"
        indexes = [
            models.Index(fields=["case"], condition=models.Q(is_to_see=True), name="signatures_to_look_at")
        ]
        constraints = [
            models.CheckConstraint(
                name="a_signed_authority_has_its_scan",
                condition=~models.Q(basis__in=["signed", "online"]) | ~models.Q(scan_sha256=""),
            )
        ]

    def __str__(self) -> str:
        return f"Authority of {self.person} on {self.case.reference}"

    def get_absolute_url(self) -> str:
        return reverse("authority", args=[self.pk])

    def state(self, *, on: date) -> tuple[str, str]:
        """How it stands on this day: the colour of a state, and the words."""
        if self.withdrawn_on is not None:
            return "late", "Withdrawn"
        if self.name_doubted:
            return "late", "Another name"
        if self.expires_on is None:
            return "answered", self.short_basis
        days = (self.expires_on - on).days
        if days < 0:
            return "late", "Expired"
        if days <= EXPIRES_SOON.days:
            words = "Expires today" if days == 0 else f"Expires in {days} day{'' if days == 1 else 's'}"
            return "due", words
        return "answered", self.short_basis

    @property
    def short_basis(self) -> str:
        return {
            "signed": "Signed",
            "online": "Signed online",
            "verbal": "By word of mouth",
            "implied": "Implied",
        }[self.basis]

    @property
    def subject(self) -> Person:
        """Whom it is about."""
        return self.about or self.person

    @property
    def in_their_words(self) -> str:
        """Whom the person named themselves when signing, beside those of the form; empty where nobody."""
        return " ".join(str(self.evidence.get("other", "")).split())

    @property
    def is_in_force(self) -> bool:
        """Neither withdrawn nor expired, today, nor signed with another name."""
        return (
            self.withdrawn_on is None
            and not self.name_doubted
            and (self.expires_on is None or self.expires_on >= timezone.localdate())
        )

    @property
    def typed_name(self) -> str:
        """The name that was typed below it; empty where it was not signed online."""
        return str(self.evidence.get("name", ""))

    @property
    def added(self) -> str:
        """What the person added in their own words as they signed."""
        return str(self.evidence.get("added", ""))

    @property
    def address_given(self) -> str:
        """The address the person confirmed or wrote as they signed."""
        return str(self.evidence.get("address", ""))

    @property
    def gives_another_address(self) -> bool:
        """Whether it was another than the office had then."""
        return bool(self.evidence.get("moved"))

    @property
    def covered(self) -> list[str]:
        """The names of the bodies it covers, in order; empty where it covers any."""
        return [] if self.covers_any_body else [body.name for body in self.bodies.all()]
