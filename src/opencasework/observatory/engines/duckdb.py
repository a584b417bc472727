"""DuckDB: every publication in one process, in memory."""

from __future__ import annotations

import hashlib
import pickle
import shutil
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Literal, Self
from uuid import uuid4

import duckdb
import ibis
import numpy as np
from numpy.typing import NDArray

from opencasework.observatory.collect import Collected
from opencasework.observatory.engines import (
    LOADED,
    OBSERVATIONS,
    OfMonths,
    Question,
    Row,
    rows_by_month,
    rows_opened,
)
from opencasework.observatory.places import constituencies

# A national build may take 1 GB in all, one of every council 2 GB; beyond these DuckDB uses the disk. What is
# grouped and put in order cannot all go there: with half a gigabyte, the counts of 20,000 offices do not fit.
MEMORY_LIMIT, MEMORY_OF_MANY = "500MB", "1100MB"
MANY = 2_000  # publications
MONTHS_AT_A_TIME = 4  # of many publications
TYPES = {"string": "VARCHAR", "int64": "BIGINT", "boolean": "BOOLEAN"}
SOURCES = {"publication": "!string", "source": "!string"}  # of which bytes the rows of a publication came
QUESTIONS = {"question": "!string", "put": "!string"}  # a hash of each that was asked, and it in SQL
KEPT = {"observations": OBSERVATIONS, "sources": SOURCES, "questions": QUESTIONS}
MOST_REPLACED = 0.25  # of the publications
_FORMATS = {"csv": "FORMAT csv, HEADER", "parquet": "FORMAT parquet, COMPRESSION zstd"}
OURS = ("publication", "synthetic", "on_map", "by_month")  # columns of observations that no publication holds
COUNTS_COLUMNS = {name: TYPES[type_.lstrip("!")] for name, type_ in OBSERVATIONS.items() if name not in OURS}

# Worked out once: every question would look at five columns of every row for it.
IS_BY_MONTH = (
    "length(c.period) = 7 AND substr(c.period, 5, 2) <> '-Q' AND c.channel = '_T' AND c.outcome = '_T' "
    "AND c.value IS NOT NULL"
)


class DuckDBEngine:
    """Holds the observations in DuckDB. Use it in a `with` statement, or call `close`.

    `rows` is a file that another one kept: of publications that are the same they need not be loaded again.
    """

    def __init__(self, *, threads: int | None = None, rows: Path | None = None) -> None:
        self._spill = TemporaryDirectory(prefix="observatory-")
        # In a file, since there columns are compressed: a seventh of the memory, asked three times as fast.
        self._file = Path(self._spill.name) / "rows.duckdb"
        if rows is not None:
            shutil.copyfile(rows, self._file)
        self._connection = duckdb.connect(str(self._file))
        self._connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
        self._connection.execute(f"SET temp_directory = {_quoted(Path(self._spill.name))}")
        if threads is not None:
            self._connection.execute(f"SET threads = {threads:d}")
        self._begun_again, self._of_many = True, False
        self._asked: dict[str, str] = {}  # questions in SQL, by a hash of them in Ibis
        if rows is None:
            for name, columns in KEPT.items():
                self._create(name, columns)
        self._put_before = dict(self._connection.execute("SELECT question, put FROM questions").fetchall())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of memory and disk."""
        self._connection.close()
        self._spill.cleanup()

    def load(self, publications: Sequence[Collected]) -> frozenset[str] | None:
        """Take in the observations of these publications, in place of any before. See `Engine`."""
        self._of_many = len(publications) > MANY
        limit = MEMORY_OF_MANY if self._of_many else MEMORY_LIMIT
        self._connection.execute(f"SET memory_limit = '{limit}'")
        for name, columns in LOADED.items():
            if name != "observations":
                self._create(name, columns)
        self._insert(
            "places",
            [
                (place.code, place.name, place.country, place.region, place.population)
                for place in constituencies().values()
            ],
        )
        self._insert("publications", [_described(publication) for publication in publications])
        self._insert("bodies", sorted(_titles(publications).items()))
        new = self._without_unchanged(publications)
        self._load_counts(new)
        changed = self._changed_periods(new)
        self._insert_new_sources(publications)
        self._load_opened(new)
        for name, on_map in (("monthly", True), ("elsewhere", False)):
            sql = self._sql(rows_by_month(on_map=on_map))
            self._connection.execute(f"CREATE OR REPLACE VIEW {name} AS {sql}")
        return changed

    def _without_unchanged(self, publications: Sequence[Collected]) -> list[Collected]:
        """Of the rows that are here keep those that would be loaded again; the publications of the others.

        Beyond a quarter of them it is quicker, and leaves no holes in the file, to begin again.
        """
        here = dict(self._connection.execute("SELECT publication, source FROM sources").fetchall())
        wanted = _sources(publications)
        gone = [name for name, source in here.items() if wanted.get(name) != source]
        self._begun_again = not here or len(gone) > len(here) * MOST_REPLACED
        of_gone = "WHERE publication IN (SELECT unnest(?))"
        if not self._begun_again:
            self._connection.execute(
                f"CREATE OR REPLACE TEMP TABLE gone AS SELECT * FROM observations {of_gone}", [gone]
            )
        if len(gone) > len(here) * MOST_REPLACED:
            here, gone = {}, []
            self._create("observations", OBSERVATIONS)
            self._connection.execute("DELETE FROM sources")
        if gone:
            for table in ("observations", "opened", "sources"):
                self._connection.execute(f"DELETE FROM {table} {of_gone}", [gone])
        left = here.keys() - set(gone)
        return [each for each in publications if each.name not in left]

    def _load_opened(self, new: Sequence[Collected]) -> None:
        """What cases were opened is kept too: of rows that were here it need not be picked out again."""
        opened = self._sql(rows_opened())
        if self._begun_again:
            self._connection.execute(f"CREATE OR REPLACE TABLE opened AS {opened}")
            return
        self._connection.execute(
            f"INSERT INTO opened FROM ({opened}) WHERE publication IN (SELECT unnest(?))",
            [[each.name for each in new]],
        )

    def _changed_periods(self, new: Sequence[Collected]) -> frozenset[str] | None:
        """Of which periods the rows that went and those that came are not the same; None where all went."""
        if self._begun_again:
            return None
        came = "SELECT * FROM observations WHERE publication IN (SELECT unnest(?))"
        names = [each.name for each in new]
        found = self._connection.execute(
            f"SELECT period FROM (FROM gone EXCEPT ALL ({came})) "
            f"UNION SELECT period FROM (({came}) EXCEPT ALL FROM gone)",
            [names, names],
        ).fetchall()
        return frozenset(period for (period,) in found)

    def _insert_new_sources(self, publications: Sequence[Collected]) -> None:
        self._connection.execute("DELETE FROM sources")
        self._insert("sources", sorted(_sources(publications).items()))

    def _create(self, name: str, columns: Mapping[str, str]) -> None:
        typed = ", ".join(f"{column} {TYPES[type_.lstrip('!')]}" for column, type_ in columns.items())
        self._connection.execute(f"CREATE OR REPLACE TABLE {name} ({typed})")

    def keep_rows(self, file: Path) -> None:
        """Put what was loaded into a file, for another engine to begin with. It answers nothing more then."""
        self._create("questions", QUESTIONS)
        self._insert("questions", sorted(self._asked.items()))
        self._connection.execute("CHECKPOINT")
        self._connection.close()
        shutil.move(self._file, file)

    def rows(self, question: Question) -> list[Row]:
        """The answer, a tuple for each row, in the order the question asks for."""
        return self._connection.execute(self._sql(question)).fetchall()

    def columns(self, question: Question) -> Mapping[str, NDArray[Any]]:
        """The answer by column, for long ones without nulls: whole numbers as int64, text as objects."""
        found = self._connection.execute(self._sql(question)).fetchnumpy()
        return {name: np.ma.getdata(column) for name, column in found.items()}

    def write_csv(self, question: Question, path: Path) -> None:
        """Write the answer as CSV with a header row, in the order the question asks for."""
        self._write(self._sql(question), path, "csv")

    def write_parquet(self, question: Question, path: Path) -> None:
        """Write the answer as Parquet, in the order the question asks for."""
        self._write(self._sql(question), path, "parquet")

    def write_csv_of_months(self, question: OfMonths, months: Sequence[str], path: Path) -> None:
        """Write the answer of these months as CSV with a header row, in the order the question asks for.

        Of many publications some months after the other: all at once they have no room to be put in order.
        """
        size = MONTHS_AT_A_TIME if self._of_many else len(months)
        part = path.with_suffix(".part")
        with path.open("wb") as whole:
            for first in range(0, len(months), size):
                self.write_csv(question(months[first : first + size]), part)
                with part.open("rb") as rows:
                    header = rows.readline()
                    whole.write(b"" if first else header)
                    shutil.copyfileobj(rows, whole)
        part.unlink()

    def write_months(self, question: OfMonths, files: Mapping[str, Path]) -> None:
        """Write the answer of each month to its file as Parquet, in the order the question asks for."""
        for month, file in files.items():
            self._write(self._sql(question([month])), file, "parquet")

    def split_parquet(self, together: Path, files: Mapping[str, Path]) -> None:
        """The same of rows that another engine put in order, in one file."""
        for month, file in files.items():
            sql = f"SELECT * FROM read_parquet({_quoted(together)}) WHERE period = '{month}'"
            self._write(sql, file, "parquet")

    def write_answer(self, answer: object, path: Path, kind: Literal["csv", "parquet"]) -> None:
        """Write an Arrow table that another engine answered, just as one of our own."""
        self._connection.register("answer", answer)
        try:
            self._write("SELECT * FROM answer", path, kind)
        finally:
            self._connection.unregister("answer")

    def _sql(self, question: Question) -> str:
        """The question in SQL, or as the engine before put it that kept the rows: Ibis takes its time."""
        key = hashlib.sha256(pickle.dumps(question.op())).hexdigest()
        self._asked[key] = self._put_before.get(key) or str(ibis.to_sql(question, dialect="duckdb"))
        return self._asked[key]

    def _write(self, sql: str, path: Path, kind: Literal["csv", "parquet"]) -> None:
        self._connection.execute(f"COPY ({sql}) TO {_quoted(path)} ({_FORMATS[kind]})")

    def _insert(self, table: str, rows: Sequence[Row]) -> None:
        columns = [list(column) for column in zip(*rows, strict=True)]
        if columns:  # row by row takes a second for the places alone
            marks = ", ".join(["unnest(?)"] * len(columns))
            self._connection.execute(f"INSERT INTO {table} SELECT {marks}", columns)

    def _load_counts(self, publications: Sequence[Collected]) -> None:
        files = [str(publication.counts) for publication in publications]
        chosen = ", ".join(f"c.{name}" for name in COUNTS_COLUMNS)
        if files:
            self._connection.execute(
                "INSERT INTO observations SELECT p.publication, p.synthetic, "
                f"c.area_code IN (SELECT code FROM places), {IS_BY_MONTH}, {chosen} "
                "FROM read_csv(?, columns = ?, header = true, filename = 'counts', auto_detect = false, "
                "delim = ',', quote = '\"', nullstr = '') c JOIN publications p ON p.counts = c.counts",
                [files, COUNTS_COLUMNS],
            )


def _titles(publications: Sequence[Collected]) -> dict[str, str]:
    """What most publications call each body, so that no single one names it for all."""
    called = Counter(pair for publication in publications for pair in publication.bodies.items())
    by_number = sorted(called.items(), key=lambda each: (each[1], each[0]))
    return {code: title for (code, title), _number in by_number}


def _sources(publications: Sequence[Collected]) -> dict[str, str]:
    """What the rows of each publication are made from; of one without a mark they are never known again."""
    found: dict[str, list[str]] = defaultdict(list)
    for each in publications:
        found[each.name].append(f"{each.mark or uuid4().hex} {each.synthetic}")
    return {name: " ".join(sorted(sources)) for name, sources in found.items()}


def _described(publication: Collected) -> Row:
    office = publication.office
    return (
        publication.name,
        str(publication.counts),
        office.post,
        office.area_code,
        office.area_name,
        office.kind,
        publication.synthetic,
        publication.rounded_together,
    )


def _quoted(path: Path) -> str:
    """The path as an SQL text; COPY takes no parameter there."""
    return "'" + str(path).replace("'", "''") + "'"
