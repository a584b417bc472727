"""The command that gathers near-identical mail."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from opencasework.office.campaigns.gathering import gather


class Command(BaseCommand):
    help = "Gather near-identical messages into campaigns. Safe to run as often as you like; the worker does."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(str(gather()))
