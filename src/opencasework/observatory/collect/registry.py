"""Following a registry: each publication it lists is fetched, judged, and kept if it can be trusted.

One bad publisher never stops the rest. Of one that cannot be had, or is no longer valid, the last valid
publication stays, and what is wrong is said in `quality.json` and in a file of its own for the publisher.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from opencasework.observatory.collect import reason_of
from opencasework.observatory.collect.store import Line, Store, ledger_lines
from opencasework.standard.descriptor import LICENCES, timestamp
from opencasework.standard.fetching import Fetch, NotNow, fetch_files
from opencasework.standard.files import is_inside
from opencasework.standard.publication import PublicationError, read
from opencasework.standard.validate import validate

AT_ONCE = 8  # publishers asked side by side
TRIES = 3
PAUSE = 2.0  # seconds before the second try, twice as long before the third
LARGEST_FEED = 50_000_000  # bytes
STANDARD = "1.0"
FEW, MOST_GONE = 5, 0.2  # publications that may be gone from a registry at once: five, or a fifth

Progress = Callable[[int, int], None]


class RegistryError(Exception):
    """The registry itself cannot be read; nothing was changed. One sentence."""


@dataclass(frozen=True)
class Entry:
    """A publication as a registry lists it."""

    id: str
    url: str
    area_code: str
    publisher: str
    state: str = "valid"
    licence: str = ""
    synthetic: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of an entry. `state` is the feed's; `reason` a sentence where something is wrong."""

    entry: Entry
    state: str
    reason: str = ""
    sha256: str = ""
    licence: str = ""
    synthetic: bool = False
    periods: Mapping[str, str] = field(default_factory=dict)
    findings: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Gathered:
    """How many publications are in which state, and the sentences about what is wrong."""

    states: Mapping[str, int]
    wrong: Sequence[tuple[str, str]]


def follow(
    source: str,
    *,
    into: Path,
    now: datetime,
    private: bool = False,
    pause: float = PAUSE,
    progress: Progress | None = None,
) -> Gathered:
    """Bring the collection in `into` up to date with the registry at `source`, an address or a file.

    `private` allows addresses within this network. Raises RegistryError when the registry cannot be read;
    then nothing is changed.
    """
    entries, wrong = _entries(_feed(source, private=private))
    store = Store(into)
    before = store.last_lines()
    shown = [line for line in before.values() if line.state != "withdrawn"]
    gone = [line for line in _no_more_listed(entries, before) if line.state != "withdrawn"]
    if len(gone) > max(FEW, len(shown) * MOST_GONE):
        raise RegistryError(
            f"The registry lists {len(gone)} of {len(shown)} publications no more; that is a mistake of the "
            "registry rather than a decision of so many. To start anew, collect into an empty folder."
        )
    outcomes = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        judged = pool.map(lambda entry: _judge(entry, store, private=private, pause=pause, now=now), entries)
        for done, outcome in enumerate(judged, start=1):
            outcomes.append(outcome)
            if progress:
                progress(done, len(entries))
    for line in _no_more_listed(entries, before):
        if line.state != "withdrawn":
            store.let_go(line.id)
            entry = Entry(line.id, "", "", line.id)
            outcomes.append(Outcome(entry, "withdrawn", "The registry lists it no more.", sha256=line.sha256))
    for outcome in outcomes:
        wrong += _written_down(outcome, store, before.get(outcome.entry.id), now)
    store.write_json("quality.json", [{"id": name, "reason": reason} for name, reason in sorted(wrong)])
    store.write_json("registry.json", _feed_of(outcomes, store, now))
    return Gathered(Counter(outcome.state for outcome in outcomes), sorted(wrong))


def _no_more_listed(entries: Sequence[Entry], before: Mapping[str, Line]) -> list[Line]:
    listed = {entry.id for entry in entries}
    return [line for line in before.values() if line.id not in listed]


def _feed(source: str, *, private: bool) -> bytes:
    try:
        if source.startswith(("http://", "https://")):
            return Fetch(private=private, bytes_left=LARGEST_FEED).get(source)[1]
        file = Path(source)
        if file.stat().st_size > LARGEST_FEED:
            raise RegistryError(
                f"{source} has more than {LARGEST_FEED // 1_000_000} MB; that is no registry."
            )
        return file.read_bytes()
    except PublicationError as error:
        raise RegistryError(str(error)) from error
    except OSError as error:
        raise RegistryError(f"{source} cannot be read ({error.strerror}); check the name.") from error


def _entries(feed: bytes) -> tuple[list[Entry], list[tuple[str, str]]]:
    """What the feed lists, each publisher once; and what of it cannot be understood."""
    try:
        listed = json.loads(feed.decode("utf-8-sig"))["publications"]
        assert isinstance(listed, list)
    except (ValueError, RecursionError, KeyError, TypeError, AssertionError) as error:
        raise RegistryError(
            "This is no registry: it lacks a list of publications. Check the address."
        ) from error
    entries: dict[str, Entry] = {}
    wrong: list[tuple[str, str]] = []
    again: Counter[str] = Counter()
    for number, each in enumerate(listed, start=1):
        try:
            state = "withdrawn" if each.get("state") == "withdrawn" else "valid"
            identifier, url, area, publisher = (
                _text(each[key]) for key in ("id", "url", "area_code", "publisher")
            )
            licence = str(each.get("licence", ""))
            entry = Entry(
                identifier, url, area, publisher, state, licence, bool(each.get("synthetic", False))
            )
        except (KeyError, TypeError, AttributeError, ValueError):
            wrong.append((f"entry {number}", "The registry lacks its id, address, area or publisher."))
            continue
        if entry.id in entries:
            again[entry.id] += 1
        else:
            entries[entry.id] = entry
    for name, times in again.items():
        many = "once more" if times == 1 else f"{times:,} times more"
        wrong.append((name, f"The registry lists it {many}; the first entry counts, the rest are left out."))
    return list(entries.values()), wrong


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 2000:
        raise ValueError
    return value


def _judge(entry: Entry, store: Store, *, private: bool, pause: float, now: datetime) -> Outcome:
    if entry.state == "withdrawn":
        store.let_go(entry.id)
        return Outcome(entry, "withdrawn", "Its publisher has withdrawn it.")
    outcome = _asked(entry, store, Fetch(private=private, kept=store.marks(entry.id)), pause, now)
    if outcome.state == "invalid" and store.marks(entry.id):
        # Half of it may be from before: a server tells the time of a change to the second, and no closer.
        outcome = _asked(entry, store, Fetch(private=private), pause, now)
    return outcome


def _asked(entry: Entry, store: Store, fetch: Fetch, pause: float, now: datetime) -> Outcome:
    try:
        return _judged(entry, _fetched(entry, fetch, pause), store, fetch, now)
    except NotNow as error:
        return Outcome(entry, "unreachable", str(error))
    except PublicationError as error:
        return Outcome(entry, "invalid", str(error))
    except (OSError, ValueError) as error:  # a name that no folder can hold, say: nobody else's trouble
        why = getattr(error, "strerror", None) or type(error).__name__
        return Outcome(
            entry, "invalid", f"Its files cannot be kept ({why}); publish it as the standard says."
        )


def _fetched(entry: Entry, fetch: Fetch, pause: float) -> dict[str, bytes]:
    for attempt in range(1, TRIES):
        try:
            return fetch_files(entry.url, fetch=fetch)
        except NotNow:
            time.sleep(pause * attempt)
    return fetch_files(entry.url, fetch=fetch)


def _judged(entry: Entry, contents: dict[str, bytes], store: Store, fetch: Fetch, now: datetime) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="observatory-") as folder:
        for name, body in contents.items():
            if not is_inside(name):
                raise PublicationError(f"It holds {name[:80]!r}, which leads out of it.")
            file = Path(folder) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(body)
        report = validate(Path(folder), today=now.date())
        findings = report.as_json()["findings"]
        if not report.ok:
            return Outcome(entry, "invalid", reason_of(report), findings=findings)
        publication = read(Path(folder))
        about = publication.descriptor
        reason = _not_who_it_says(entry, about, publication.office.area_code) or _changed(
            store.ledger_of(entry.id), ledger_lines(contents["releases.csv"])
        )
        if reason:
            return Outcome(entry, "invalid", reason, findings=findings)
        if publication.status == "draft":
            return Outcome(entry, "invalid", "It is a draft that nobody has signed, so it is not published.")
    periods = store.take_in(entry.id, contents, publication.observations)
    store.keep_marks(entry.id, fetch.had, contents)
    return Outcome(
        entry,
        "valid",
        sha256=hashlib.sha256(contents["releases.csv"]).hexdigest(),
        licence=about["licenses"][0]["name"],
        synthetic=publication.synthetic,
        periods=periods,
    )


def _not_who_it_says(entry: Entry, about: Mapping[str, Any], area: str) -> str:
    if about.get("id") != entry.id:
        return (
            f"It calls itself {about.get('id')}, the registry calls it {entry.id}; one of them has to change."
        )
    if area != entry.area_code:
        return (
            f"It is about {area}, the registry says {entry.area_code}; it may not speak for another's area."
        )
    return ""


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """A publisher's ledger is only ever added to: what it once said was published is there, or withdrawn."""
    for line in sorted(before.keys() - after.keys()):
        return f"{before[line]} is not what was published before, and its ledger shows no withdrawal."
    return ""


def _written_down(
    outcome: Outcome, store: Store, before: Line | None, now: datetime
) -> list[tuple[str, str]]:
    entry = outcome.entry
    line = Line(
        at=timestamp(now),
        id=entry.id,
        state=outcome.state,
        sha256=outcome.sha256 or (before.sha256 if before else ""),
        reason=outcome.reason,
        periods=outcome.periods or (before.periods if before else {}),
    )
    store.enter(line, after=before)
    place = f"quality/{store.publication(entry.id).name}.json"
    if outcome.state == "valid":
        (store.folder / place).unlink(missing_ok=True)
        return []
    store.write_json(place, {"id": entry.id, "reason": outcome.reason, "findings": list(outcome.findings)})
    kept = outcome.state != "withdrawn" and store.publication(entry.id).exists()
    return [(entry.id, outcome.reason + (" What was valid before is still shown." if kept else ""))]


def _terms(outcome: Outcome, store: Store) -> tuple[str, bool]:
    """Its licence, and whether it is made up: as the publication says itself, else as the registry does."""
    if outcome.licence:
        return outcome.licence, outcome.synthetic
    about = store.about(outcome.entry.id)
    if about is not None:
        return about["licenses"][0]["name"], about["openCasework"]["synthetic"]
    return outcome.entry.licence, outcome.entry.synthetic


def _feed_of(outcomes: Sequence[Outcome], store: Store, now: datetime) -> dict[str, Any]:
    """The collection as a registry feed; see registry.schema.json of the standard."""
    valid_at = {line.id: line.at for line in store.lines() if line.state == "valid"}
    lines = store.last_lines()
    publications = []
    for outcome in sorted(outcomes, key=lambda each: each.entry.id):
        licence, synthetic = _terms(outcome, store)
        if not outcome.entry.url or licence not in LICENCES:  # of what was never seen there is nothing to say
            continue
        is_valid = outcome.state == "valid"
        publications.append(
            {
                "id": outcome.entry.id,
                "publisher": outcome.entry.publisher,
                "url": outcome.entry.url,
                "area_code": outcome.entry.area_code,
                "licence": licence,
                "state": outcome.state,
                "last_seen": timestamp(now),
                "last_valid": timestamp(now) if is_valid else valid_at.get(outcome.entry.id),
                "sha256": lines[outcome.entry.id].sha256,
                "synthetic": synthetic,
            }
        )
    return {"standard": STANDARD, "updated": timestamp(now), "publications": publications}
