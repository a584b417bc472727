"""`rebuild_search`: make the search indexes anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from opencasework.office.search import index


class Command(BaseCommand):
    help = "Make the search indexes anew from what is in the database. Safe to run as often as you like."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = index.rebuild()
        self.stdout.write(f"{rows} entries can be found.")
