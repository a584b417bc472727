"""`draft_chasers`: a draft for every reply that is late."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from opencasework.office.chasing.actions import draft_each, to_chase


class Command(BaseCommand):
    help = "Draft a chaser for every enquiry whose reply is overdue. Safe to run as often as you like."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be drafted, draft nothing")
        parser.add_argument("--date", type=date.fromisoformat, help="as on this day, e.g. 2026-11-23")

    def handle(self, *args: Any, **options: Any) -> None:
        today = options["date"] or timezone.localdate()
        enquiries = to_chase(on=today)
        for enquiry in enquiries:
            self.stdout.write(f"{enquiry.case.reference}: {enquiry.body}, due {enquiry.due_on}")
        count = len(enquiries) if options["dry_run"] else draft_each(enquiries, today=today)
        words = "1 chaser" if count == 1 else f"{count} chasers"
        self.stdout.write(f"{words} would be drafted." if options["dry_run"] else f"{words} drafted.")
