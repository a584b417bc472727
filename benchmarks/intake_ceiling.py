"""The ceiling of the intake benchmark: only what cannot be left out, with what Python and the database bring.

    python -m benchmarks.intake_ceiling FOLDER WORK postgresql|sqlite

Every mail of FOLDER is parsed by the standard library, kept as a file with fsync, and committed with its
full-text index in batches of 50. Nothing is threaded, matched or checked, and a hostile mail would stop it.
Prints the seconds it took.
"""

from __future__ import annotations

import email
import hashlib
import itertools
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

BATCH = 50
Row = tuple[str, str, str, str]


def parsed(raw: bytes) -> Row:
    """Its hash, sender, subject and text."""
    message = email.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain", "html"))
    text = str(body.get_content()) if body else ""
    for file in message.iter_attachments():
        file.get_content()
    return hashlib.sha256(raw).hexdigest(), str(message["From"]), str(message["Subject"]), text


def kept(folder: Path, raw: bytes) -> None:
    """Write a file and wait for the disk."""
    name = hashlib.sha256(raw).hexdigest()
    with (folder / name).open("xb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def batches(folder: Path) -> Iterator[list[Path]]:
    files = iter(sorted(folder.iterdir()))
    while batch := list(itertools.islice(files, BATCH)):
        yield batch


def postgresql() -> Callable[[Sequence[Row]], None]:
    """A function that commits rows to a table with a tsvector and a GIN index."""
    import psycopg

    connection = psycopg.connect(
        host=os.environ["CASEWORK_PG_HOST"],
        port=os.environ["CASEWORK_PG_PORT"],
        user=os.environ["CASEWORK_PG_USER"],
        dbname="ceiling",
    )
    connection.execute(
        "CREATE TABLE mail (id bigserial PRIMARY KEY, sha256 text UNIQUE, sender text, subject text, "
        "body text, words tsvector)"
    )
    connection.execute("CREATE INDEX ON mail USING gin (words)")
    connection.commit()

    def commit(rows: Sequence[Row]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO mail (sha256, sender, subject, body, words) "
                "VALUES (%s, %s, %s, %s, to_tsvector('simple', %s))",
                [(*row, f"{row[2]} {row[3]}") for row in rows],
            )
        connection.commit()

    return commit


def sqlite(work: Path) -> Callable[[Sequence[Row]], None]:
    """A function that commits rows to an encrypted file with an FTS5 table."""
    from sqlcipher3 import dbapi2

    connection = dbapi2.connect(str(work / "ceiling.sqlite3"))
    connection.execute(f"PRAGMA key=\"x'{'ab' * 32}'\"")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE mail (id INTEGER PRIMARY KEY, sha256 UNIQUE, sender, subject, body)")
    connection.execute("CREATE VIRTUAL TABLE mail_words USING fts5(words)")

    def commit(rows: Sequence[Row]) -> None:
        connection.executemany("INSERT INTO mail (sha256, sender, subject, body) VALUES (?, ?, ?, ?)", rows)
        connection.executemany(
            "INSERT INTO mail_words (words) VALUES (?)", [(f"{row[2]} {row[3]}",) for row in rows]
        )
        connection.commit()

    return commit


def main() -> None:
    post, work, database = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    work.mkdir()
    commit = postgresql() if database == "postgresql" else sqlite(work)
    started = time.monotonic()
    for batch in batches(post):
        raws = [path.read_bytes() for path in batch]
        for raw in raws:
            kept(work, raw)
        commit([parsed(raw) for raw in raws])
    print(time.monotonic() - started)


if __name__ == "__main__":
    main()
