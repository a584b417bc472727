"""`draft_updates`: a draft for everybody who is owed a word."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from opencasework.office.telling.actions import draft_due, owed, settle


class Command(BaseCommand):
    help = "Draft the acknowledgements, updates and closing letters that are due. It sends nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be drafted, draft nothing")
        parser.add_argument("--date", type=date.fromisoformat, help="as on this day, e.g. 2026-11-23")

    def handle(self, *args: Any, **options: Any) -> None:
        today = options["date"] or timezone.localdate()
        if options["dry_run"]:
            due = owed(on=today)
            for one in due:
                self.stdout.write(f"{one.case.reference}: {one.kind}, due {one.due_on}")
            self.stdout.write(f"{len(due)} would be drafted, at most 25 a day.")
            return
        settle()
        self.stdout.write(f"{draft_due(today)} drafted or put before a person.")
