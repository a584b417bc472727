"""Making an office: its tables, its one row, its people and its mailboxes."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from opencasework.office.inbox.mailbox_forms import MailboxForm
from opencasework.office.inbox.models import Mailbox
from opencasework.office.places.models import Office
from opencasework.office.staff.models import Role, StaffMember

AREA_CODE = re.compile(r"[EWSNK][0-9]{8}")


def migrate() -> None:
    """Bring the tables up to this version. Quiet; does nothing when they are."""
    call_command("migrate", interactive=False, verbosity=0)


def create_office(**fields: Any) -> Office:
    """The one office of this database, made now or as it stands."""
    if not AREA_CODE.fullmatch(fields["area_code"]):
        raise CommandError(
            f"{fields['area_code']} is not a GSS code. It is a letter and eight digits, such as E14001063."
        )
    settings.HOME.make_keys()
    office, _made = Office.objects.get_or_create(pk=1, defaults=fields)
    return office


@transaction.atomic
def add_staff(*, username: str, name: str, email: str, role: str, password: str) -> StaffMember:
    """A colleague with a verified address. Raises CommandError with a sentence."""
    from allauth.account.models import EmailAddress

    if role not in Role.values:
        raise CommandError(f"{role} is not a role. Choose one of: {', '.join(Role.values)}.")
    if StaffMember.objects.filter(username=username).exists():
        raise CommandError(f"Somebody signs in as {username} already. Choose another name.")
    first, _, last = name.partition(" ")
    person = StaffMember(username=username, first_name=first, last_name=last, email=email, role=role)
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    person.set_password(password)
    person.save()
    # Unverified, allauth's second-factor pages only redirect.
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person


def add_mailbox(*, address: str, sign_in: str, secret: str, **options: Any) -> Mailbox:
    """A mailbox to collect from; `secret` is its password or our application's. Raises CommandError."""
    kind = "password" if sign_in == Mailbox.SignIn.PASSWORD else "client_secret"
    given = {"address": address, kind: secret, "quiet_days": 2, **options}
    given["folders"] = "\n".join(options.get("folders", []))
    form = MailboxForm(given, sign_in=sign_in)
    if not form.is_valid():
        raise CommandError(" ".join(str(error) for errors in form.errors.values() for error in errors))
    return form.save()


def mailbox_called(address: str) -> Mailbox:
    """The mailbox with this address. Raises CommandError naming those there are."""
    box = Mailbox.objects.filter(address__iexact=address).first()
    if box is None:
        there = ", ".join(Mailbox.objects.values_list("address", flat=True)) or "none"
        raise CommandError(f"There is no mailbox {address} here. There are: {there}.")
    return box
