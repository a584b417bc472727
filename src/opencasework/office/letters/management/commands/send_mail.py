"""`send_mail`: the outbox, once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from opencasework.office.letters.outbox import send_ready
from opencasework.office.letters.paper import keep_pdfs


class Command(BaseCommand):
    help = "Send every mail whose moment has come. Safe to run as often as you like, and by several at once."

    def handle(self, *args: Any, **options: Any) -> None:
        tally = send_ready()
        keep_pdfs()
        self.stdout.write(str(tally))
