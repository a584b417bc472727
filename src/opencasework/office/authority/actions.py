"""Acts that keep authority and its place on the timeline together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from opencasework.office.authority import implied, new_address, typed_names
from opencasework.office.authority.forms import AuthorityForm
from opencasework.office.authority.models import Ask, Authority
from opencasework.office.cases.models import Case, Event
from opencasework.office.constituents import changes
from opencasework.office.constituents.models import Person
from opencasework.office.kit.blobs import BlobStore
from opencasework.office.staff.models import StaffMember

# Called inside the transaction of a withdrawal, with the case: letters that have not left go back.
WHEN_WITHDRAWN: list[Callable[[Case], None]] = []


def scans() -> BlobStore:
    """Where scans are kept."""
    return BlobStore(settings.HOME.blobs)


def record_authority(form: AuthorityForm, *, case: Case, by: StaffMember) -> Authority:
    """Keep the authority a valid form holds. The scan is on the disk before the row that names it.

    What several signed, or one for several, is an authority of each about each: any of them may be withdrawn.
    """
    given = form.cleaned_data
    scan, kind = given["scan"], form.kind_of_scan
    basis = given["basis"]
    sha256 = scans().put(scan.read()) if basis == Authority.Basis.SIGNED and scan else ""
    facts: dict[str, Any] = dict(
        case=case,
        basis=basis,
        problem=given["problem"],
        wanted=given["wanted"],
        statement=given["statement"],
        covers_any_body=given["covers_any_body"],
        given_on=given["given_on"],
        expires_on=given["expires_on"],
        recorded_by=by,
        scan_sha256=sha256,
        scan_name=scan.name[:200] if sha256 else "",
        scan_type=kind.media_type if sha256 and kind else "",
    )
    if basis == Authority.Basis.VERBAL:
        facts |= {name: given[name] for name in ("verbal_reason", "heard_by", "heard_at", "call_number")}
    if basis == Authority.Basis.IMPLIED:
        accepted = implied.for_case(case)
        said = {accepted[body.code].in_words for body in given["bodies"] if body.code in accepted}
        facts["implied_source"] = " ".join(sorted(said))[:500]
    also = [(person, None if person == about else about) for person, about in given["also"]]
    made = [
        Authority(person=person, about=about, **facts)
        for person, about in [(given["person"], given["about"]), *also]
    ]
    with transaction.atomic():
        for authority in made:
            keep(authority, bodies=list(given["bodies"]), by=by)
            _close_asks(authority)
    return made[0]


def keep(authority: Authority, *, bodies: list[object], by: StaffMember | None) -> None:
    """Save a new authority with its bodies, and say so on the timeline. Call inside a transaction."""
    authority.save()
    if not authority.covers_any_body:
        authority.bodies.set(bodies)  # type: ignore[arg-type]
    names = ["any body"] if authority.covers_any_body else [str(body) for body in bodies]
    names += [f"“{authority.in_their_words}”, in their words"] if authority.in_their_words else []
    covered = ", ".join(names)
    about = f" about {authority.about}" if authority.about else ""
    asked = "asked of" if authority.name_doubted else "from"
    text = f"{authority.get_basis_display()}, {asked} {authority.person}{about}. Covers {covered}."
    doubted: dict[str, Any] = {"doubted": True} if authority.name_doubted else {}
    authority.case.record(
        Event.Kind.AUTHORITY,
        by=by,
        text=" ".join([text, *_said_when_signing(authority)]),
        authority=authority.pk,
        basis=authority.basis,
        scan=authority.scan_sha256,
        **doubted,
    )


def _said_when_signing(authority: Authority) -> list[str]:
    """What somebody is to see of a signature online beside whom it is from, a sentence each."""
    said = []
    if authority.name_doubted:
        said.append(
            f"The name typed is “{authority.typed_name}”. It covers nothing until somebody here accepts it."
        )
    elif authority.typed_name and not typed_names.is_same(authority.typed_name, authority.person):
        said.append(f"The name typed is “{authority.typed_name}”.")
    if authority.gives_another_address:
        said.append("They give another address than the one we have.")
    return [*said, f"They add: {authority.added}"] if authority.added else said


def _close_asks(authority: Authority) -> None:
    """Somebody who has signed about a person is not asked for that again; links that were out are ended."""
    if authority.basis not in Authority.WRITTEN:
        return
    now = timezone.now()
    asks = Ask.objects.open().filter(case=authority.case, person=authority.person, about=authority.about)
    for ask in asks:
        ask.end_links(at=now)
    asks.update(closed_at=now, asked_again_at=None)


def withdraw(authority: Authority, *, on: date, by: StaffMember | None, reason: str = "") -> bool:
    """End an authority, by a colleague with a reason or by the person. False where it had ended.

    What has not left goes back at once: drafts lose the reasons they were to go with.
    """
    with transaction.atomic():
        still_given = Authority.objects.filter(pk=authority.pk, withdrawn_on=None)
        facts: dict[str, Any] = {"is_to_see": True} if by is None else {}
        ended = bool(
            still_given.update(withdrawn_on=on, withdrawn_reason=reason[:300], withdrawn_by=by, **facts)
        )
        if ended:
            text = f"Withdrawn by {authority.person}"
            if by is not None:
                text = f"Withdrawn for {authority.person}"
            authority.case.record(
                Event.Kind.AUTHORITY,
                by=by,
                text=f"{text}: {reason}" if reason else text,
                authority=authority.pk,
                withdrawn=True,
            )
            for act in WHEN_WITHDRAWN:
                act(authority.case)
    authority.refresh_from_db()
    return ended


def see(authority: Authority) -> bool:
    """Somebody here has looked at a signature, or at its withdrawal, and at what was said with it. False
    where somebody had, or it is not decided whether the name may count.
    """
    undecided = Q(name_doubted=True, withdrawn_on=None)
    waiting = Authority.objects.to_see().filter(pk=authority.pk).exclude(undecided)
    return bool(waiting.update(is_to_see=False))


def accept_name(authority: Authority, *, by: StaffMember) -> bool:
    """The name typed may stand for the person. False where somebody had decided."""
    said = f"“{authority.typed_name}” is accepted as the signature of {authority.person}"
    return _decide_on_the_name(authority, {"name_doubted": False}, by=by, said=said, accepted=True)


def set_aside(authority: Authority, *, by: StaffMember) -> bool:
    """Somebody else signed, so it never counts. False where somebody had decided."""
    ended = {
        "is_to_see": False,
        "withdrawn_on": timezone.localdate(),
        "withdrawn_by": by,
        "withdrawn_reason": f"Signed with the name “{authority.typed_name}”"[:300],
    }
    said = f"“{authority.typed_name}” is not the signature of {authority.person}"
    return _decide_on_the_name(authority, ended, by=by, said=said, set_aside=True)


@transaction.atomic
def _decide_on_the_name(
    authority: Authority, values: dict[str, Any], *, by: StaffMember, said: str, **detail: bool
) -> bool:
    doubted = Authority.objects.filter(pk=authority.pk, name_doubted=True, withdrawn_on=None)
    if not doubted.update(**values):
        return False
    authority.case.record(Event.Kind.AUTHORITY, by=by, text=said, authority=authority.pk, **detail)
    return True


def take_address(authority: Authority, *, by: StaffMember) -> bool:
    """Keep the address that the person gave as they signed as the one they live at, the former one with it.
    False where there is nothing to take, or the name below it is doubted.
    """
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=authority.person_id)
        given, on = authority.address_given, authority.given_on
        if authority.name_doubted or not new_address.may_be_taken(given, person, on=on):
            return False
        lines, postcode = new_address.read(authority.address_given)
        changes.move(person, lines=lines, postcode=postcode, on=authority.given_on)
        changes.say_way(person, "lives at the address they gave when they signed", by=by)
    return True
