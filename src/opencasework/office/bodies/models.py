"""The organisations an office writes to, and whom to reach there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import models
from django.utils import timezone

from opencasework.office.bodies import hours as opening
from opencasework.office.kit import tables
from opencasework.office.kit.addresses import address
from opencasework.office.kit.unturned import Unturned
from opencasework.office.places.models import Nation, Office
from opencasework.office.staff.models import StaffMember

STALE_AFTER = timedelta(days=183)  # lines for members change quietly; twice a year somebody rings to see
NATION_NAMES = {
    "uk": "United Kingdom", "gb": "Great Britain", "ew": "England and Wales",
    **dict(Nation.choices),
}  # fmt: skip


class BodyQuerySet(models.QuerySet["Body"]):
    def matching(self, words: str) -> BodyQuerySet:
        """Bodies whose code or name holds each of the words."""
        found = self
        for word in words.split():
            found = found.filter(models.Q(name__icontains=word) | models.Q(code__icontains=word))
        return found

    def to_choose_from(self) -> BodyQuerySet:
        """All but the councils of elsewhere: those of this area, and any the office has to do with.

        A case that not every caseworker may know of does not put a council there.
        """
        contacts = BodyContact.objects.filter(body=models.OuterRef("pk"))
        # Issues and enquiries are kept in folders above this one, so they are reached from the body.
        concerned = self.model._base_manager.filter(
            _of_an_open_book("issues__") | _of_an_open_book("enquiries__"), kind="council"
        )
        return self.filter(
            ~models.Q(kind="council")
            | models.Q(is_local=True)
            | models.Q(code__in=councils_here())
            | models.Exists(contacts)
            | models.Q(pk__in=concerned.values("pk"))
        )


SEEN_BY_ALL = ("SEN-0", "SEN-1", "SEN-2")  # of a case; its levels are kept in a folder beside this


def _of_an_open_book(way: str) -> models.Q:
    """That it is of a case which everybody who does casework sees."""
    return models.Q(**{f"{way}case__need_to_know": False, f"{way}case__sensitivity__in": SEEN_BY_ALL})


# What is so much a part of its parent that a publication counts it there; a landlord under its type is not.
PARTS = ("service", "agency", "tribunal", "department", "devolved_body", "unit", "local_office")


def councils_here() -> list[str]:
    """The codes of the councils that serve people of this office's area, where a table knows the area."""
    area = Office.objects.filter(pk=1).values_list("area_code", flat=True).first()
    rows = tables.rows("opencasework.office.bodies", "councils_of_areas.csv") if area else []
    return next((row["councils"].split(";") for row in rows if row["area_code"] == area), [])


class Checked(Unturned):
    """Something a person looks at now and then, and says that it still holds."""

    UNTURNED = ("name",)

    checked_on = models.DateField(null=True, blank=True)
    checked_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        abstract = True

    def is_stale(self, *, on: date) -> bool:
        """Whether nobody has looked for so long that the facts may have changed."""
        return self.checked_on is None or self.checked_on < on - STALE_AFTER


class Body(Checked):
    """A department, agency, council, landlord, trust or company; or a unit or local office of one."""

    # Facts of the directory. What the office writes into one stays, whatever the directory says later.
    FACTS = (
        "name", "kind", "nation", "what_for", "reply_target_days", "target_source", "ombudsman", "website",
        "org_id",
    )  # fmt: skip

    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="units")
    nation = models.CharField(max_length=20, default="uk")  # uk, gb, ew, en, wa, sc, ni
    what_for = models.TextField(blank=True)
    # Working days, the body's own aim for members' letters; empty where it has none.
    reply_target_days = models.PositiveSmallIntegerField(null=True, blank=True)
    target_source = models.CharField(max_length=300, blank=True)
    ombudsman = models.CharField(max_length=60, blank=True)  # a chain such as ICE>PHSO
    website = models.CharField(max_length=200, blank=True)
    notes = models.TextField(blank=True)
    org_id = models.CharField(max_length=40, blank=True)  # org-id.guide identifier, e.g. GB-GOR-D10
    is_local = models.BooleanField(default=False)  # added by this office rather than from the directory
    own_facts = models.JSONField(default=list, blank=True)  # names of the facts this office has changed
    directory = models.JSONField(default=dict, blank=True)  # what the directory says, fact by fact

    objects = BodyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "bodies"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("body", self.pk)

    @property
    def nation_name(self) -> str:
        """Where it serves people, in words."""
        return NATION_NAMES.get(self.nation, "")

    @property
    def kind_name(self) -> str:
        """“Council type” as “Council (type)”: a type stands for many bodies that no register lists."""
        words = self.kind.removeprefix("rep_").removesuffix("_type").replace("_", " ").capitalize()
        words = words.replace("Nhs", "NHS").replace(" gov", " government")
        return words + (" (type)" if self.is_type else "")

    @property
    def is_type(self) -> bool:
        """Whether it stands for a type of body, such as a private landlord, rather than for one."""
        return self.kind.endswith("_type")

    @property
    def lineage(self) -> list[Body]:
        """The body, its parent and so on to the top."""
        found: list[Body] = [self]
        while (parent := found[-1].parent) is not None and parent not in found:
            found.append(parent)
        return found

    def is_of_one_line_with(self, other: Body) -> bool:
        """Whether the two are the same, or one is a part of the other."""
        return other in self.lineage or self in other.lineage

    @property
    def belonging(self) -> list[Body]:
        """The body and what it is a part of, from the smallest to the whole.

        Whoever only stands under another (a landlord under its type, a regulator under its department) is a
        whole of its own.
        """
        found: list[Body] = []
        for body in self.lineage:
            if found and body.is_type:
                break
            found.append(body)
            if body.kind not in PARTS:
                break
        return found

    @property
    def whole(self) -> Body:
        """Who owes what this body owes: the department it is a part of, or the topmost it is a part of."""
        found = self.belonging
        return next((each for each in found if each.kind == "department"), found[-1])

    def with_siblings(self) -> list[int]:
        """The numbers of the whole it is a part of and of all that are parts of that."""
        return self.whole.with_parts()

    def with_parts(self) -> list[int]:
        """The numbers of the body and of all that are parts of it, its own first.

        A department within another answers for itself, so it and its parts are not among the other's.
        """
        kinds = [kind for kind in PARTS if kind != "department"]
        below: dict[int | None, list[int]] = {}
        for pk, parent in Body.objects.filter(kind__in=kinds).values_list("pk", "parent"):
            below.setdefault(parent, []).append(pk)
        found = [self.pk]
        for each in found:
            found += [pk for pk in below.get(each, []) if pk not in found]
        return found

    @property
    def published_as(self) -> Body | None:
        """The body whose org-id counts this one in publications: itself, or what it is a part of.

        None for a type and for whoever only stands under one: they are published as "other bodies".
        """
        for body in self.lineage:
            if body.org_id:
                return body
            if body.kind not in PARTS:
                return None
        return None

    @property
    def full_code(self) -> str:
        """Its org-id or, for a part of a body that has one, that with a sub-code: GB-GOR-D10/dwp-uc."""
        published = self.published_as
        if published is None:
            return ""
        return published.org_id if published == self else f"{published.org_id}/{self.code.lower()}"

    @property
    def holiday_nation(self) -> str:
        """Whose bank holidays the body keeps; England's where it serves several nations."""
        return self.nation if self.nation in Nation.values else Nation.ENGLAND.value

    def reply_days(self, default: int) -> tuple[int, str]:
        """Working days it has to answer, and the rule in words: its aim, the nearest above, or `default`."""
        for body in self.lineage:
            if days := body.reply_target_days:
                return days, f"{body.name} aims to answer within {days} working days"
        return default, f"{default} working days, this office's rule where a body has no target of its own"

    @property
    def differences(self) -> list[tuple[str, str, str]]:
        """What this office says otherwise than the directory: the fact's name, ours, theirs."""
        return [
            (fact, str(getattr(self, fact) or ""), str(self.directory[fact] or ""))
            for fact in self.own_facts
            if fact in self.directory and getattr(self, fact) != self.directory[fact]
        ]

    def keep_own(self, facts: Iterable[str]) -> None:
        """Of these facts the office has its own word from now on, where it differs from the directory's."""
        if self.is_local:
            return
        own = {*self.own_facts, *facts}
        self.own_facts = sorted(fact for fact in own if getattr(self, fact) != self.directory.get(fact))

    def hotlines(self) -> list[BodyContact]:
        """The numbers to ring: the nearest line for members, its own or of what it is a part of; else any."""
        lines = [[each for each in body.contacts.all() if each.phone.strip()] for body in self.lineage]
        for_members = [[one for one in found if one.kind == BodyContact.Kind.HOTLINE] for found in lines]
        return next((found for found in [*for_members, *lines] if found), [])


class BodyContact(Checked):
    """A team or address at a body. Lines for members are not public, so each office keeps its own.

    A letter to a constituent names those `for the public` alone.
    """

    class Kind(models.TextChoices):
        CORRESPONDENCE = "correspondence", "Correspondence"
        HOTLINE = "hotline", "Line for members"
        ESCALATION = "escalation", "Next level up"
        HEAD = "head", "Minister or chief executive"
        PUBLIC = "public", "Line for the public"

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.CORRESPONDENCE)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    hours = models.CharField(max_length=200, blank=True)  # as `hours.parse` reads them
    asks_for = models.TextField(blank=True)  # what they will want to hear when one rings, one a line
    address = models.TextField(blank=True)
    note = models.CharField(max_length=300, blank=True)  # such as "press 2 for members' offices"

    class Meta:
        ordering = ["body", "kind", "pk"]

    def __str__(self) -> str:
        return f"{self.name or self.get_kind_display()}, {self.body.name}"

    @property
    def asks(self) -> list[str]:
        """What they will ask for, each once."""
        return list(
            dict.fromkeys(line.strip(" -•") for line in self.asks_for.splitlines() if line.strip(" -•"))
        )

    @property
    def open_now(self) -> opening.Now | None:
        """Whether somebody answers at this moment; None where the hours are not known."""
        try:
            known = opening.parse(self.hours)
        except opening.NotHours:
            return None
        return known.at(timezone.localtime(), nation=self.body.holiday_nation)

    @property
    def dialled(self) -> str:
        """The number as a telephone takes it from a link."""
        return "".join(sign for sign in self.phone.split("ext")[0] if sign.isdigit() or sign == "+")


class RemovedContact(models.Model):
    """A contact that somebody took off: kept whole, so that it can be put back."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="removed_contacts")
    name = models.CharField(max_length=200)
    was = models.TextField()  # the contact, as Django serializes it
    pointed = models.JSONField(default=list, blank=True)  # model, field, numbers of the rows that named it
    by = models.ForeignKey(StaffMember, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name}, {self.body.name}, taken off"


class Directory(models.Model):
    """Which directory of bodies this office has: one row, once there is one."""

    version = models.CharField(max_length=20)  # the day it was made, e.g. 2026-11-26
    source = models.CharField(max_length=200)
    taken_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.CheckConstraint(name="one_directory_of_bodies", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return self.version
