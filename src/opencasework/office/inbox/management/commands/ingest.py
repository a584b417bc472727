"""`casework ingest PATH …`."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from opencasework.office.inbox.ingesting import ingest
from opencasework.office.inbox.processing import process_raw

SHOWN = 20


class Command(BaseCommand):
    help = "Take in mail from files, folders and zips. Safe to repeat: what is here already stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path)
        parser.add_argument(
            "--json", dest="as_json", action="store_true", help="Say what came of it as JSON."
        )

    def handle(self, *args: Any, paths: list[Path], as_json: bool = False, **options: Any) -> None:
        show = self._show if sys.stderr.isatty() else None
        done = ingest([Path(path) for path in paths], progress=show)
        if done.unread:
            process_raw()
        if as_json:
            report = {
                "new": done.counts.new,
                "known": done.counts.known,
                "unreadable": done.counts.unreadable,
                "problems": [{"source": each.source, "reason": each.reason} for each in done.unreadable],
            }
            self.stdout.write(json.dumps(report, ensure_ascii=False))
        else:
            for each in done.unreadable[:SHOWN]:
                self.stderr.write(f"{each.source}: {each.reason}")
            if len(done.unreadable) > SHOWN:
                self.stderr.write(f"… and {len(done.unreadable) - SHOWN} more; --json lists them all.")
            self.stdout.write(str(done.counts))
        if done.counts.unreadable and not done.counts.new + done.counts.known:
            sys.exit(1)

    def _show(self, seen: int) -> None:
        self.stderr.write(f"\r{seen:,} messages", ending="")
