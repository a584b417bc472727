"""A registry is followed over a real web server: what can be trusted is kept, and nobody stops the rest."""

from __future__ import annotations

import http.server
import json
import os
import shutil
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from opencasework.observatory.cli import observatory
from opencasework.observatory.collect import registry
from opencasework.observatory.collect.registry import RegistryError, follow
from opencasework.observatory.collect.store import Store
from opencasework.observatory.site.build import build_site
from opencasework.observatory.tests.publishing import BASSETLAW, BOLTON_WEST, PRESTON, opened, publish
from opencasework.standard import fetching
from opencasework.standard.publication import read, withdraw
from opencasework.standard.validate import validate

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files of a folder, and a server's bad days."""

    asked: list[tuple[str, int]]

    def do_GET(self) -> None:
        if self.path.startswith("/broken/"):
            self.send_error(503)
        elif self.path.startswith("/to-a-file/"):
            self.send_response(302)
            self.send_header("Location", "file:///etc/passwd")
            self.end_headers()
        elif self.path.startswith("/endless/"):
            self.send_response(200)
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b"x" * 65536)
            except OSError:
                return
        else:
            super().do_GET()

    def log_message(self, *_arguments: object) -> None:
        """Not to the terminal."""

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        self.asked.append((self.path, int(code)))


class Web:
    """A web server with publications, and a registry of them in a file."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.asked = folder, []
        handler = type("Here", (Handler,), {"asked": self.asked})
        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), partial(handler, directory=str(folder))
        )
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.entries: list[dict[str, Any]] = []
        self.clock = 1_790_000_000  # in September 2026

    def publish(self, area: str, *months: str, count: int = 20) -> Path:
        folder = publish(self.folder / area, {month: opened(housing=count) for month in months}, area=area)
        for file in folder.rglob("*"):  # not of this second, in which a server cannot tell a change
            os.utime(file, (self.clock, self.clock))
        self.clock += 3600
        return folder

    def lists(self, area: str, **changed: Any) -> None:
        self.entries.append(
            {
                "id": read(self.folder / area).descriptor["id"],
                "url": f"http://127.0.0.1:{self.server.server_port}/{area}/datapackage.json",
                "area_code": area,
                "publisher": f"Office of {area}",
                **changed,
            }
        )

    def at(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/{path}"

    def follow(self, into: Path, *, days: int = 0):
        feed = self.folder / "registry.json"
        feed.write_text(json.dumps({"publications": self.entries}), "utf-8")
        self.asked.clear()
        return follow(str(feed), into=into, now=NOW + timedelta(days=days), private=True, pause=0)


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    folder = tmp_path / "web"
    folder.mkdir()
    web = Web(folder)
    yield web
    web.server.shutdown()
    web.server.server_close()


def kept(into: Path) -> set[str]:
    return {read(folder).office.area_code for folder in (into / "publications").iterdir()}


def test_what_a_registry_lists_is_fetched_once_and_asked_about_after_that(web, tmp_path):
    for area in (BASSETLAW, PRESTON):
        web.publish(area, "2026-10")
        web.lists(area)

    first = web.follow(tmp_path / "c")
    assert (dict(first.states), first.wrong, kept(tmp_path / "c")) == ({"valid": 2}, [], {BASSETLAW, PRESTON})

    second = web.follow(tmp_path / "c", days=1)

    assert second.states == first.states
    assert {code for _, code in web.asked} == {304}
    assert len((tmp_path / "c" / "ledger.jsonl").read_text().splitlines()) == 2
    feed = json.loads((tmp_path / "c" / "registry.json").read_text())
    assert [each["last_seen"] for each in feed["publications"]] == ["2026-11-21T09:00:00Z"] * 2


def test_a_new_month_is_added_and_the_rows_of_the_old_one_are_not_touched(web, tmp_path):
    web.publish(PRESTON, "2026-09")
    web.lists(PRESTON)
    web.follow(tmp_path / "c")
    (old,) = (tmp_path / "c" / "rows").rglob("*.parquet")
    before = (old.stat().st_mtime_ns, old.read_bytes())

    web.publish(PRESTON, "2026-10")
    web.follow(tmp_path / "c", days=1)

    assert (old.stat().st_mtime_ns, old.read_bytes()) == before
    assert len(list((tmp_path / "c" / "rows").rglob("*.parquet"))) == 2


def test_the_counts_are_rebuilt_from_the_ledger_byte_for_byte(web, tmp_path):
    web.publish(PRESTON, "2026-09", "2026-10")
    web.lists(PRESTON)
    web.follow(tmp_path / "c")
    store = Store(tmp_path / "c")

    (line,) = store.lines()
    assert store.rebuilt(line) == (web.folder / PRESTON / "data" / "counts.csv").read_bytes()

    said = CliRunner().invoke(observatory, ["verify", str(tmp_path / "c")])
    assert said.exit_code == 0, said.output
    (rows, _) = (tmp_path / "c" / "rows").rglob("*.parquet")
    shutil.copy(_, rows)
    said = CliRunner().invoke(observatory, ["verify", str(tmp_path / "c")])
    assert said.exit_code == 1
    assert "are not those of the ledger" in said.output


@pytest.mark.parametrize(
    ("place", "state", "said"),
    [
        ("gone/datapackage.json", "invalid", "answered 404"),
        ("broken/datapackage.json", "unreachable", "answered 503"),
        ("to-a-file/datapackage.json", "invalid", "is not an address on the web"),
        ("endless/datapackage.json", "invalid", "does not end"),
    ],
)
def test_a_bad_address_stops_nobody_else_and_is_said(place, state, said, web, tmp_path, monkeypatch):
    monkeypatch.setattr(fetching, "LARGEST_FILE", 3_000_000)
    monkeypatch.setattr(fetching.Fetch, "bytes_left", 3_000_000)
    web.publish(PRESTON, "2026-10")
    web.lists(PRESTON, id="https://elsewhere.example/x", url=web.at(place))
    web.lists(PRESTON)

    gathered = web.follow(tmp_path / "c")

    assert dict(gathered.states) == {"valid": 1, state: 1}
    assert said in gathered.wrong[0][1]
    assert kept(tmp_path / "c") == {PRESTON}


def test_of_a_publication_that_breaks_the_last_valid_one_stays(web, tmp_path, front_end):
    for area in (PRESTON, BASSETLAW):
        web.publish(area, "2026-10")
        web.lists(area)
    web.follow(tmp_path / "c")
    counts = web.folder / PRESTON / "data" / "counts.csv"
    counts.write_text(counts.read_text().replace(",20,", ",-1,"), "utf-8")

    gathered = web.follow(tmp_path / "c", days=1)

    (identifier, reason) = gathered.wrong[0]
    assert reason.endswith("What was valid before is still shown.")
    assert kept(tmp_path / "c") == {PRESTON, BASSETLAW}
    (told,) = (tmp_path / "c" / "quality").iterdir()
    assert json.loads(told.read_text())["findings"]
    build_site([tmp_path / "c"], tmp_path / "site", front_end=front_end)
    assert identifier in (tmp_path / "site" / "data" / "quality" / "index.html").read_text()


def test_a_published_month_that_was_changed_in_silence_is_not_believed(web, tmp_path):
    web.publish(PRESTON, "2026-10")
    web.lists(PRESTON)
    web.follow(tmp_path / "c")
    shutil.rmtree(web.folder / PRESTON)
    web.publish(PRESTON, "2026-10", count=40)

    gathered = web.follow(tmp_path / "c", days=1)

    assert "2026-10 is not what was published before" in gathered.wrong[0][1]
    assert read(next((tmp_path / "c" / "publications").iterdir())).observations[0].value == 20


def test_a_withdrawn_month_goes_and_its_rows_are_still_there_to_look_up(web, tmp_path):
    web.publish(PRESTON, "2026-09", "2026-10")
    web.lists(PRESTON)
    web.follow(tmp_path / "c")
    withdraw(web.folder / PRESTON, month="2026-09", signed_by="Ben", created=NOW)

    gathered = web.follow(tmp_path / "c", days=1)

    assert gathered.wrong == []
    (folder,) = (tmp_path / "c" / "publications").iterdir()
    assert read(folder).periods == ["2026-10"]
    assert len(list((tmp_path / "c" / "rows").rglob("*.parquet"))) == 2
    assert CliRunner().invoke(observatory, ["verify", str(tmp_path / "c")]).exit_code == 0


def test_a_publisher_who_comes_back_is_held_to_what_was_published_before(web, tmp_path):
    web.publish(PRESTON, "2026-10")
    web.lists(PRESTON)
    web.follow(tmp_path / "c")
    web.entries[0]["state"] = "withdrawn"
    web.follow(tmp_path / "c", days=1)
    web.entries[0]["state"] = "valid"
    shutil.rmtree(web.folder / PRESTON)
    web.publish(PRESTON, "2026-10", count=40)

    gathered = web.follow(tmp_path / "c", days=2)

    assert "2026-10 is not what was published before" in gathered.wrong[0][1]
    (listed,) = json.loads((tmp_path / "c" / "registry.json").read_text())["publications"]
    assert (listed["licence"], listed["state"], listed["last_valid"]) == (
        "OGL-UK-3.0",
        "invalid",
        "2026-11-20T09:00:00Z",
    )


def test_names_that_no_folder_can_hold_are_their_publishers_trouble_alone(web, tmp_path):
    web.publish(PRESTON, "2026-10")
    web.lists(PRESTON)
    victim = tmp_path / "victim"
    # One folder above all, and a name that is an absolute path once as many characters are cut off.
    noise = f"./{'./' * 7}"[: len("datapackages/")] + "/"
    for number, names in enumerate(
        (["x" * 300], ["data", "data/counts.csv"], [f"././{victim}"], [f"{noise}{victim}"])
    ):
        with zipfile.ZipFile(web.folder / f"{number}.zip", "w") as archive:
            for name in ["datapackage.json", *names]:
                archive.writestr(name, "{}")
        web.lists(PRESTON, id=f"urn:x:{number}", url=web.at(f"{number}.zip"))

    gathered = web.follow(tmp_path / "c")

    assert dict(gathered.states) == {"valid": 1, "invalid": 4}
    assert not victim.exists()


def test_a_registry_that_suddenly_lists_nobody_is_not_believed(web, tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "FEW", 1)
    for area in (PRESTON, BASSETLAW, BOLTON_WEST):
        web.publish(area, "2026-10")
        web.lists(area)
    web.follow(tmp_path / "c")
    web.entries = []

    with pytest.raises(RegistryError, match="a mistake of the registry"):
        web.follow(tmp_path / "c", days=1)

    assert len(kept(tmp_path / "c")) == 3


def test_what_is_listed_no_more_or_withdrawn_is_not_shown(web, tmp_path):
    for area in (PRESTON, BASSETLAW, BOLTON_WEST):
        web.publish(area, "2026-10")
        web.lists(area)
    web.follow(tmp_path / "c")
    web.entries = [{**web.entries[0], "state": "withdrawn"}, web.entries[2]]

    gathered = web.follow(tmp_path / "c", days=1)

    assert kept(tmp_path / "c") == {BOLTON_WEST}
    assert dict(gathered.states) == {"withdrawn": 2, "valid": 1}


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"id": "https://x.example/y"}, "calls itself"), ({"area_code": BASSETLAW}, "another's area")],
)
def test_a_publication_that_is_not_who_it_is_listed_as_is_left_out(changed, said, web, tmp_path):
    web.publish(PRESTON, "2026-10")
    web.lists(PRESTON, **changed)

    assert said in web.follow(tmp_path / "c").wrong[0][1]
    assert kept(tmp_path / "c") == set()


def test_ten_thousand_entries_with_one_id_count_once(web, tmp_path):
    web.publish(PRESTON, "2026-10")
    web.lists(PRESTON)
    web.entries = web.entries * 10_000 + [{"id": 7}, "nonsense"]

    gathered = web.follow(tmp_path / "c")

    assert dict(gathered.states) == {"valid": 1}
    said = [reason for _, reason in gathered.wrong]
    assert any("9,999 times more" in reason for reason in said)
    assert len(said) == 3


@pytest.mark.parametrize("feed", ["", "[]", '{"publications": 3}', "\xff", '{"publications": [' * 9000])
def test_what_is_no_registry_changes_nothing(feed, web, tmp_path):
    web.publish(PRESTON, "2026-10")
    web.lists(PRESTON)
    web.follow(tmp_path / "c")
    file = tmp_path / "feed.json"
    file.write_text(feed, "utf-8")

    with pytest.raises(RegistryError):
        follow(str(file), into=tmp_path / "c", now=NOW, private=True)

    assert kept(tmp_path / "c") == {PRESTON}


def test_the_collection_is_itself_a_registry_feed_of_the_standard(web, tmp_path):
    web.publish(PRESTON, "2026-10")
    web.lists(PRESTON)
    web.follow(tmp_path / "c")
    feed = tmp_path / "c" / "registry.json"
    feed.write_text(feed.read_text().replace("http://127", "https://127"), "utf-8")

    assert validate(feed).ok, validate(feed).findings
