"""DuckDB: every publication in one process, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

import duckdb

from opencasework.observatory.collect import Collected
from opencasework.observatory.engines import Row
from opencasework.observatory.places import constituencies

COUNTS_COLUMNS = {
    "period": "VARCHAR",
    "area_code": "VARCHAR",
    "category": "VARCHAR",
    "body": "VARCHAR",
    "channel": "VARCHAR",
    "outcome": "VARCHAR",
    "measure": "VARCHAR",
    "value": "BIGINT",
    "status": "VARCHAR",
    "uncertainty": "BIGINT",
}
MEMORY_LIMIT = "500MB"  # a national build may take 1 GB in all; beyond this DuckDB uses the disk

SCHEMA = """
CREATE TABLE places (code VARCHAR, name VARCHAR, country VARCHAR, region VARCHAR, population BIGINT);
CREATE TABLE publications (
    publication VARCHAR, counts VARCHAR, post VARCHAR, area_code VARCHAR, area_name VARCHAR, kind VARCHAR,
    synthetic BOOLEAN, rounded_together BOOLEAN
);
CREATE TABLE bodies (body VARCHAR, title VARCHAR);
"""

# Views, since a second copy of the rows would not fit a national build into its memory. Totals stay among the
# rows: who asks must say `_T` for each column that is not asked about.
BY_MONTH = """
CREATE OR REPLACE VIEW {name} AS
SELECT publication, synthetic, period, area_code, category, body, measure, value, uncertainty
FROM observations
WHERE {which} AND length(period) = 7 AND substr(period, 5, 2) <> '-Q' AND channel = '_T' AND outcome = '_T'
  AND value IS NOT NULL
"""


class DuckDBEngine:
    """Holds the observations in DuckDB. Use it in a `with` statement, or call `close`."""

    def __init__(self, *, threads: int | None = None) -> None:
        self._connection = duckdb.connect(":memory:")
        self._spill = TemporaryDirectory(prefix="observatory-")
        self._connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
        self._connection.execute(f"SET temp_directory = {_quoted(Path(self._spill.name))}")
        if threads is not None:
            self._connection.execute(f"SET threads = {threads:d}")

    def __enter__(self) -> DuckDBEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of memory and disk."""
        self._connection.close()
        self._spill.cleanup()

    def load(self, publications: Sequence[Collected]) -> None:
        """Take in the observations of these publications, in place of any before."""
        for table in ("observations", "bodies", "publications", "places"):
            self._connection.execute(f"DROP TABLE IF EXISTS {table}")
        self._connection.execute(SCHEMA)
        self._insert(
            "places",
            [
                (place.code, place.name, place.country, place.region, place.population)
                for place in constituencies().values()
            ],
        )
        self._insert("publications", [_described(publication) for publication in publications])
        titles = {code: title for publication in publications for code, title in publication.bodies.items()}
        self._insert("bodies", sorted(titles.items()))
        self._load_counts([str(publication.counts) for publication in publications])
        self._connection.execute(BY_MONTH.format(name="monthly", which="on_map"))
        self._connection.execute(BY_MONTH.format(name="elsewhere", which="NOT on_map"))

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """The answer to a question in SQL; `?` stands for each parameter in turn."""
        return self._connection.execute(sql, list(parameters)).fetchall()

    def write_csv(self, sql: str, path: Path) -> None:
        """Write the answer as CSV with a header row, in the order the question asks for."""
        self._connection.execute(f"COPY ({sql}) TO {_quoted(path)} (FORMAT csv, HEADER)")

    def write_parquet(self, sql: str, path: Path) -> None:
        """Write the answer as Parquet, in the order the question asks for."""
        self._connection.execute(f"COPY ({sql}) TO {_quoted(path)} (FORMAT parquet, COMPRESSION zstd)")

    def _insert(self, table: str, rows: Sequence[Row]) -> None:
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    def _load_counts(self, files: Sequence[str]) -> None:
        columns = ", ".join(f"{name} {type_}" for name, type_ in COUNTS_COLUMNS.items())
        chosen = ", ".join(f"c.{name}" for name in COUNTS_COLUMNS)
        self._connection.execute(
            f"CREATE TABLE observations (publication VARCHAR, synthetic BOOLEAN, on_map BOOLEAN, {columns})"
        )
        if files:
            self._connection.execute(
                "INSERT INTO observations SELECT p.publication, p.synthetic, "
                f"c.area_code IN (SELECT code FROM places), {chosen} "
                "FROM read_csv(?, columns = ?, header = true, filename = 'counts', auto_detect = false, "
                "delim = ',', quote = '\"', nullstr = '') c JOIN publications p ON p.counts = c.counts",
                [list(files), COUNTS_COLUMNS],
            )


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
