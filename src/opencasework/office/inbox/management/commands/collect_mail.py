"""`casework collect-mail`."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from opencasework.office.inbox.collecting import collect_all
from opencasework.office.inbox.processing import process_raw


class Command(BaseCommand):
    help = "Collect every configured mailbox once and read what arrived. Safe to run as often as you like."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--thorough", action="store_true", help="Look for every message on the server that is not here."
        )

    def handle(self, *args: Any, thorough: bool = False, **options: Any) -> None:
        collected = collect_all(thorough=thorough)
        if not collected:
            self.stderr.write("There is no mailbox to collect. Add one with: casework mailbox add")
        for each in collected:
            if each.error:
                self.stderr.write(f"{each.mailbox.address}: {each.error}")
        done = process_raw()
        new = sum(each.counts.new for each in collected)
        known = sum(each.counts.known for each in collected)
        # An unreadable one is here, but nobody can read it: it counts once, as what it is.
        unreadable = min(done.unreadable + sum(each.counts.unreadable for each in collected), new)
        self.stdout.write(f"{new - unreadable} new, {known} known, {unreadable} unreadable")
        if any(each.error for each in collected):
            sys.exit(1)
