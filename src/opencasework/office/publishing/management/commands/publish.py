"""`casework publish`: a month's figures from the command line, under the same rule of two people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from opencasework.office.figures.actions import gather
from opencasework.office.publishing import actions
from opencasework.office.publishing.models import Publication
from opencasework.office.staff.models import StaffMember


class Command(BaseCommand):
    help = "Write a month's figures in the open standard: a draft, or the publication when somebody signs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", "--year", dest="month", required=True)
        parser.add_argument("--out", type=Path)
        parser.add_argument("--sign-as", default="")
        parser.add_argument("--prepared-by", default="")
        parser.add_argument("--withdraw", action="store_true")
        parser.add_argument("--drop-draft", action="store_true")
        parser.add_argument("--why", default="")
        parser.add_argument("--new-key", action="store_true")
        parser.add_argument("--facts-only", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        month, out, new_key = options["month"], options["out"], options["new_key"]
        if options["prepared_by"] and options["sign_as"]:
            raise CommandError(
                "One call names one person. Prepare the draft with --prepared-by; whoever signs reads it "
                "and then calls this again with --sign-as."
            )
        if not options["facts_only"]:
            gather()
        try:
            signer = find_staff(options["sign_as"]) if options["sign_as"] else None
            if options["withdraw"]:
                self._withdraw(month, signer, options["why"])
                return
            if options["drop_draft"]:
                by = signer or self._preparer(options["prepared_by"])
                actions.drop_draft(month, by=by)
                self.stdout.write(f"The draft of {month} is dropped; nothing that is out has changed.")
                return
            if signer is None:
                preparer = self._preparer(options["prepared_by"])
                written = actions.prepare(month, by=preparer, out=out, new_key=new_key)
                self._say_notes(month)
                self.stdout.write(
                    f"{month} is a draft in {written.path}. A second person signs it with --sign-as."
                )
                return
            written = actions.sign(month, by=signer, out=out, new_key=new_key)
        except actions.CannotPublish as error:
            raise CommandError(str(error)) from error
        self._say_notes(month)
        self.stdout.write(f"{month} is published in {written.path}, signed by {signer}.")

    def _say_notes(self, month: str) -> None:
        """What the attacks found that is no breach: who signs here has no page to read it on."""
        for note in Publication.objects.get(month=month).report.get("notes", []):
            self.stdout.write(f"Note: {note}")

    def _withdraw(self, month: str, signer: StaffMember | None, why: str) -> None:
        if signer is None:
            raise CommandError("Say who withdraws it with --sign-as; the member or the office manager can.")
        actions.withdraw(month, by=signer, why=why)
        self.stdout.write(f"{month} is withdrawn, which its ledger and its page show.")

    def _preparer(self, named: str) -> StaffMember:
        """Who prepares or drops a draft. Nobody is taken for it: the record would name who did nothing."""
        if named:
            return find_staff(named)
        raise CommandError("Say who does it with --prepared-by: an office manager or a senior caseworker.")


def find_staff(name: str) -> StaffMember:
    """A colleague by sign-in name or full name; raises CommandError naming those there are."""
    everyone = list(StaffMember.objects.filter(is_active=True).order_by("username"))
    for colleague in everyone:
        if name.casefold() in {colleague.username.casefold(), str(colleague).casefold()}:
            return colleague
    names = ", ".join(f"{colleague} ({colleague.username})" for colleague in everyone) or "nobody yet"
    raise CommandError(f"Nobody here is called “{name}”. There are: {names}.")
