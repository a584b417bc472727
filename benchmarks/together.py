"""Five people at once (P16): nothing that anybody saved is lost, nobody is told that the database is locked.

    .venv/bin/python -m benchmarks.together [--edits N] [--cases N] [--mails N] [--seed N]
                                            [--database sqlite|postgresql]

A real office in a folder of its own; five processes, each a colleague who writes notes, plans next actions
and changes titles through the pages, while another process takes in mail and a third copies the whole
database again and again, as a backup does. A conflict is answered as a person would answer it: by saving
one's own over what the comparison shows. Afterwards the timeline is read as a
serial record:

- every note that was answered with "added" stands there, once;
- each change of a title names the one it replaced, so the changes form one chain without a fork, and its end
  is what stands there: the state equals the changes played one after the other;
- so does the last plan.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.kills import Office, mails
from benchmarks.report import Row, report
from tests.services.local import short_folder
from tests.services.postgresql import PostgreSQL

PEOPLE = 5
LONGEST_WAIT_SECONDS = 5.0
PROMISED_P95_SECONDS = 0.5

PREPARE = """\
from opencasework.office.config.start import use_home
use_home(None)
from opencasework.office.cases.actions import open_case
from opencasework.office.constituents.models import Person
from opencasework.office.staff.models import Role, StaffMember
from opencasework.office.tags.models import Category
staff = [StaffMember.objects.create_user(f"colleague{{n}}", role=Role.CASEWORKER) for n in range(5)]
category = Category.objects.get(code="HOU-DAMP")
for number in range({cases}):
    person = Person.objects.create(full_name=f"Person {{number}}")
    open_case(person=person, category=category, title=f"Case {{number}}", by=staff[0], owner=staff[0])
"""
COLLEAGUE = """\
import json, random, re, sys, time
from opencasework.office.config.start import use_home
use_home(None)
from django.conf import settings
from django.test import Client
from opencasework.office.cases.models import Case
from opencasework.office.staff.models import StaffMember
me, edits, seed = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
settings.ALLOWED_HOSTS.append("testserver")
# Names of static files without their hashes, which only the served office has collected.
plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
chance = random.Random(seed * 100 + me)
client = Client(raise_request_exception=False)
client.force_login(StaffMember.objects.get(username=f"colleague{me}"))
cases = list(Case.objects.values_list("pk", flat=True))
opened_in = re.compile(r'name="opened" value="([^"]+)"')
done = {"notes": [], "titles": [], "plans": [], "seconds": [], "answers": {}, "conflicts": 0}


def post(address, fields):
    started = time.monotonic()
    answer = client.post(address, fields)
    done["seconds"].append(time.monotonic() - started)
    status = str(answer.status_code)
    done["answers"][status] = done["answers"].get(status, 0) + 1
    return answer


def save(address, fields):
    fields["opened"] = opened_in.search(client.get(address).content.decode())[1]
    time.sleep(chance.random() * 0.05)
    while (answer := post(address, fields)).status_code == 409:
        done["conflicts"] += 1
        fields["opened"] = opened_in.search(answer.content.decode())[1]
    return answer.status_code == 302


for turn in range(edits):
    pk, name = chance.choice(cases), f"{me}-{turn}"
    kind = chance.random()
    if kind < 0.5:
        if post(f"/cases/{pk}/notes/", {"text": f"Note {name}"}).status_code == 302:
            done["notes"].append(f"Note {name}")
    elif kind < 0.75:
        if save(f"/cases/{pk}/title/", {"title": f"Title {name}", "channel": "phone"}):
            done["titles"].append(f"Title {name}")
    elif save(f"/cases/{pk}/next-action/", {"next_action": f"Plan {name}", "on": "5 wd"}):
        done["plans"].append(f"Plan {name}")
print(json.dumps(done))
"""
# As each database's documentation has it: VACUUM INTO keeps the copy under the key of the original.
BACKUP = """\
import os, pathlib, subprocess, sys, time
from opencasework.office.config.start import use_home
use_home(None)
from django.db import connection
folder, done = pathlib.Path(sys.argv[1]), 0
while not (folder / "stop").exists():
    copy = folder / f"copy-{done}"
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
    else:
        names = connection.get_connection_params()
        where = ["-h", names["host"], "-p", str(names["port"]), "-U", names["user"], "-d", names["dbname"]]
        subprocess.run(["pg_dump", "-Fc", "-f", str(copy), *where], check=True)
    copy.unlink()
    done += 1
    time.sleep(0.5)
print(done)
"""
STANDS = """\
import json
from opencasework.office.config.start import use_home
use_home(None)
from opencasework.office.cases.models import Case, Event
from opencasework.office.inbox.models import Arrival
found = {"notes": [], "cases": [], "mails": Arrival.objects.count()}
found["notes"] = list(Event.objects.filter(kind="note").values_list("text", flat=True))
for case in Case.objects.all():
    lines = case.events.order_by("pk")
    before = [line.text.split("\\n")[0].removeprefix("Before: ") for line in lines.filter(kind="renamed")
              if line.text.startswith("Before: ")]
    plans = list(lines.filter(kind="planned").values_list("text", flat=True))
    found["cases"].append({"before": before, "title": case.title, "plans": plans, "plan": case.next_action})
print(json.dumps(found))
"""


def work(
    office: Office, home: Path, *, edits: int, number_of_mails: int, seed: int
) -> tuple[list[dict[str, Any]], int]:
    """Let five colleagues work while mail comes in; what each was told, and how many copies were made."""
    post = home / "post"
    post.mkdir()
    for number, raw in enumerate(mails(number_of_mails, seed=seed)):
        (post / f"{number}.eml").write_bytes(raw)
    ingest = office.start(str(Path(sys.executable).with_name("casework")), "ingest", str(post))
    people = [
        subprocess.Popen(
            [sys.executable, "-c", COLLEAGUE, str(me), str(edits), str(seed)],
            env=office.environment,
            stdout=subprocess.PIPE,
            stderr=(home / f"colleague{me}.log").open("w"),
            text=True,
        )
        for me in range(PEOPLE)
    ]
    copies = home / "copies"
    copies.mkdir()
    backup = subprocess.Popen(
        [sys.executable, "-c", BACKUP, str(copies)],
        env=office.environment,
        stdout=subprocess.PIPE,
        stderr=(home / "backup.log").open("w"),
        text=True,
    )
    said = [person.communicate()[0] for person in people]
    ingest.wait()
    (copies / "stop").touch()
    copied = backup.communicate()[0]
    if backup.returncode:
        raise SystemExit(f"The backup ended by itself:\n{(home / 'backup.log').read_text()[-2000:]}")
    for log in home.glob("colleague*.log"):
        if any(person.returncode for person in people):
            raise SystemExit(f"A colleague's process ended by itself:\n{log.read_text()[-2000:]}")
    told = [json.loads(each.splitlines()[-1]) for each in said]
    return told, int(copied)


def locked(home: Path) -> int:
    """How often somebody was told that the database is locked."""
    return sum(log.read_text().count("database is locked") for log in home.glob("colleague*.log"))


def lost(told: list[dict[str, Any]], found: dict[str, Any]) -> tuple[int, int]:
    """Updates that were accepted and are not on record; and cases whose state is not that of the record."""
    notes = Counter(note for one in told for note in one["notes"])
    missing = (notes - Counter(found["notes"])).total()
    # A title that was accepted was replaced by the next, which names it, or stands there still.
    titles = Counter(title for one in told for title in one["titles"])
    seen = Counter(name for case in found["cases"] for name in [*case["before"], case["title"]])
    missing += (titles - seen).total()
    plans = Counter(plan for one in told for plan in one["plans"])
    missing += (plans - Counter(plan for case in found["cases"] for plan in case["plans"])).total()
    astray = 0
    for case in found["cases"]:
        chain = [*case["before"], case["title"]]
        forks = len(chain) - len(set(chain))
        last_plan = case["plans"][-1] if case["plans"] else case["plan"]
        astray += bool(forks) or last_plan != case["plan"]
    return missing, astray


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--edits", type=int, default=1000, help="of each of the five")
    asked.add_argument("--cases", type=int, default=50)
    asked.add_argument("--mails", type=int, default=2000, help="taken in meanwhile")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    given = asked.parse_args()
    with contextlib.ExitStack() as resources:
        environment = {}
        if given.database == "postgresql":
            environment = resources.enter_context(PostgreSQL()).environment()
        home = resources.enter_context(short_folder("together"))
        office = Office(home / "office", environment)
        office.python(PREPARE.format(cases=given.cases))
        started = time.monotonic()
        told, copied = work(office, home, edits=given.edits, number_of_mails=given.mails, seed=given.seed)
        took = time.monotonic() - started
        found = json.loads(office.python(STANDS).splitlines()[-1])
        missing, astray = lost(told, found)
        is_locked = locked(home)
    answers = sum((Counter(one["answers"]) for one in told), Counter())
    refused = sum(number for status, number in answers.items() if status not in {"302", "409"})
    seconds = [each for one in told for each in one["seconds"]]
    p95, longest = statistics.quantiles(seconds, n=20)[-1], max(seconds)
    meanwhile = f"{found['mails']} mails and {copied} copies meanwhile"
    what = f"5 people × {given.edits} edits on {given.cases} cases, {meanwhile}"
    conflicts = sum(one["conflicts"] for one in told)
    rows = [
        Row(f"P16: {what}, {given.database}: lost updates", str(missing), "0", good=not missing),
        Row("cases whose state is not that of the serial record", str(astray), "0", good=not astray),
        Row(
            "“database is locked”, or any other error",
            f"{is_locked}, {refused}",
            "0",
            not is_locked + refused,
        ),
        Row("conflicts shown side by side", f"{conflicts} in {took:.0f} s", "", good=True),
        Row(
            "p95 of a save, the longest",
            f"{p95 * 1000:.0f} ms, {longest:.1f} s",
            f"{PROMISED_P95_SECONDS * 1000:.0f} ms, {LONGEST_WAIT_SECONDS:.0f} s",
            good=p95 < PROMISED_P95_SECONDS and longest < LONGEST_WAIT_SECONDS,
        ),
    ]
    report(rows)
    return 0 if all(row.good for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
