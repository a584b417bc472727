"""`gather_figures`: make the facts that are missing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from opencasework.office.figures.actions import gather


class Command(BaseCommand):
    help = "Count what is new on the timelines. Safe to run as often as you like."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--all", action="store_true", help="look at the whole past, not only at what is recent"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        made = gather(everything=options["all"])
        self.stdout.write(f"{made} facts made.")
