"""Private links to sign: making and withdrawing them, and putting one into a mail as it leaves."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from opencasework.office.authority import wording
from opencasework.office.authority.models import Ask, SignLink
from opencasework.office.cases.models import Case, Event
from opencasework.office.constituents.models import Person
from opencasework.office.places.models import Office
from opencasework.office.staff.models import StaffMember

# Stands in the letter where the link comes. The link itself is in no letter we keep.
MARK = re.compile(r"\[private link (\d{1,18})\]")


class NoFactor(Exception):
    """Nothing is known that only the person knows, so a forwarded link would show their statement."""

    def __init__(self, person: Person) -> None:
        super().__init__(
            f"Write down the postcode or the date of birth of {person} first: whoever opens the link is "
            "asked for it, so that a forwarded link shows nothing."
        )


class NotTheirs(Exception):
    """Whoever is asked may not give it any more, so nobody could sign with a link."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(f"{ask.why_not_theirs} Close this and ask anew.")


class DeadLink(Exception):
    """A mail has a private link that is of no use any more."""

    def __init__(self) -> None:
        super().__init__("The private link in it is of no use any more. Make a new one and send that.")


def has_factor(person: Person) -> bool:
    """Whether there is something to ask whoever opens the link."""
    return bool(person.date_of_birth or (person.address and person.address.postcode))


def make(ask: Ask, *, origin: str, by: StaffMember) -> SignLink:
    """A new private link, good for seven days and once. Raises NoFactor, NotTheirs."""
    if not ask.is_still_theirs:
        raise NotTheirs(ask)
    if not has_factor(ask.person):
        raise NoFactor(ask.person)
    with transaction.atomic():
        link = SignLink.make(ask, origin=origin, by=by)
        until = wording.long_date(timezone.localdate(link.expires_at))
        text = f"Private link made for {ask.person} to sign, good until {until}."
        ask.case.record(Event.Kind.AUTHORITY, by=by, text=text, ask=ask.pk, link=link.pk)
    return link


@transaction.atomic
def revoke(ask: Ask, *, by: StaffMember) -> bool:
    """Withdraw the link that is out, a used one too: it shows the copy. False where none is."""
    live = ask.links.filter(revoked_at=None)
    if not live.update(revoked_at=timezone.now()):
        return False
    ask.case.record(Event.Kind.AUTHORITY, by=by, ask=ask.pk, text="The private link to sign is withdrawn.")
    return True


def mail_words(link: SignLink) -> tuple[str, str]:
    """Subject and text of the mail that brings the link, in the person's language."""
    ask, office = link.ask, Office.here()
    with translation.override(ask.language):
        # Names nothing of the case: a subject is read over shoulders.
        subject = _("Please sign: may we speak for you?")
        text = "\n\n".join(
            [
                _("Dear %(person)s,") % {"person": ask.person.salutation},
                _(
                    "You asked %(member)s for help. Organisations answer us only if you agree. Please read "
                    "what we would ask and sign it on your phone or computer. It takes about two minutes."
                )
                % {"member": office.title},
                f"[private link {link.pk}]",
                _(
                    "The link is yours alone and good until %(day)s. We ask for your postcode or date of "
                    "birth first. Please do not forward it."
                )
                % {"day": wording.long_date(timezone.localdate(link.expires_at))},
                _("If you would rather sign on paper or by phone, tell us: %(phone)s.")
                % {"phone": office.phone or office.email},
            ]
        )
    return subject, text


def wanted_in(text: str) -> list[int]:
    """The numbers of the links a text asks for."""
    return [int(number) for number in MARK.findall(text)]


def put_in(text: str, *, case: Case, person: Person | None) -> str:
    """The text with its private links, for the person who is to sign and nobody else. Raises DeadLink."""

    def url(mark: re.Match[str]) -> str:
        link = SignLink.objects.select_related("ask").filter(pk=int(mark.group(1))).first()
        if (
            link is None
            or link.ask.case_id != case.pk
            or person is None
            or link.ask.person_id != person.pk
            or link.trouble(at=timezone.now())
        ):
            raise DeadLink
        return link.url

    return MARK.sub(url, text)
