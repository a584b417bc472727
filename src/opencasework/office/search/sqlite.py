"""The indexes on SQLite: a full-text table (FTS5) for each source, kept up by triggers on the source's table.

The text is kept in the index as well as in its source, so that taking a row out needs nothing but its number;
`secure-delete` makes it go from the index at once, as erasing a person must.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.db.models.expressions import RawSQL

from opencasework.office.search.folding import UNDECOMPOSED
from opencasework.office.search.sources import Source
from opencasework.office.search.spacing import is_beginning, is_piece

NUMBER = "rowid"  # the column of an index that holds the number of the source's row
LONGEST_TEXT = 50_000  # characters of one row that can be searched


def create(source: Source) -> list[str]:
    """The statements that make an empty index."""
    prefixes = "2 3" if source.is_long else "1 2 3"
    return [
        f"CREATE VIRTUAL TABLE {source.index} USING fts5("
        f"words, tokenize='unicode61 remove_diacritics 2', prefix='{prefixes}')",
        f"INSERT INTO {source.index}({source.index}, rank) VALUES('secure-delete', 1)",
    ]


def drop(source: Source) -> list[str]:
    """The statements that remove the index and its triggers, whatever there is of them."""
    return [*drop_triggers(source), f"DROP TABLE IF EXISTS {source.index}"]


def drop_triggers(source: Source) -> list[str]:
    return [f"DROP TRIGGER IF EXISTS {name}" for name in _triggers(source)]


def create_triggers(source: Source) -> list[str]:
    return list(_triggers(source).values())


def fill(source: Source) -> list[str]:
    """The statements that put every row of the source into an empty index."""
    return [
        f"INSERT INTO {source.index}(rowid, words) SELECT source.id, {_words(source, 'source')} "
        f'FROM "{source.table}" AS source WHERE {_only(source, "source")} ORDER BY source.id'
    ]


def problems(source: Source) -> list[str]:
    """What differs from what should be there, in sentences."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        present = dict(cursor.fetchall())
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = %s", [source.index])
        table = cursor.fetchone()
    if table is None:
        return [f"The search index of {source.table} is missing."]
    if table[0] != create(source)[0]:
        return [f"The search index of {source.table} is of another version."]
    return [
        f"The search trigger {name} is {'of another version' if name in present else 'missing'}."
        for name, sql in _triggers(source).items()
        if present.get(name) != sql
    ]


def matching(source: Source, words: Sequence[str]) -> RawSQL:
    """The numbers of the rows that have every one of the words (at least their beginnings)."""
    return _matching(source, " AND ".join(f'"{word}"*' for word in words))


def with_pieces(source: Source, numbers: Sequence[str]) -> list[RawSQL]:
    """The numbers of the rows in which one of these numbers may stand, whole or in pieces.

    They have it as one word, or each of its characters by itself, or its two first pieces one after the other
    and its two last: what lies between is left to the reader.
    """
    return [_matching(source, " OR ".join(_in_pieces(number) for number in numbers))]


def _matching(source: Source, match: str) -> RawSQL:
    return RawSQL(f"SELECT rowid FROM {source.index} WHERE {source.index} MATCH %s", [match])


def _in_pieces(number: str) -> str:
    inner = range(1, len(number))
    first = (_pair(number, 0, cut, end) for cut in inner for end in range(cut + 1, len(number) + 1))
    last = (_pair(number, start, cut, len(number)) for cut in inner for start in range(cut))
    at_both_ends = " AND ".join(f"({' OR '.join(filter(None, pairs))})" for pairs in (first, last))
    return f'"{number}"* OR "{" ".join(number)}" OR ({at_both_ends})'


def _pair(number: str, start: int, cut: int, end: int) -> str:
    """Two neighbouring pieces as a phrase; empty where a number is not cut like that."""
    if not (is_piece(number, start, cut) and is_piece(number, cut, end)):
        return ""
    phrase = f'"{number[start:cut]} {number[cut:end]}"'
    return f"{phrase}*" if is_beginning(number, cut, end) else phrase


def _triggers(source: Source) -> dict[str, str]:
    table, index = f'"{source.table}"', source.index
    put = (
        f"DELETE FROM {index} WHERE rowid = NEW.id; "
        f"INSERT INTO {index}(rowid, words) "
        f"SELECT NEW.id, {_words(source, 'NEW')} WHERE {_only(source, 'NEW')};"
    )
    watched = ", ".join(f'"{column}"' for column in source.columns)
    changed = " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in source.columns)
    return {
        f"{index}_insert": f"CREATE TRIGGER {index}_insert AFTER INSERT ON {table} BEGIN {put} END",
        f"{index}_update": f"CREATE TRIGGER {index}_update AFTER UPDATE OF {watched} ON {table} "
        f"WHEN {changed} BEGIN {put} END",
        f"{index}_delete": f"CREATE TRIGGER {index}_delete AFTER DELETE ON {table} "
        f"BEGIN DELETE FROM {index} WHERE rowid = OLD.id; END",
    }


def _words(source: Source, row: str) -> str:
    joined = " || ' ' || ".join(f"coalesce({words.format(row=row)}, '')" for words in source.words)
    text = f"substr({joined}, 1, {LONGEST_TEXT})"
    # The tokenizer takes accents off, but leaves letters that do not come apart in Unicode.
    for letter, plain in UNDECOMPOSED.items():
        text = f"replace({text}, '{letter}', '{plain}')"
    return text


def _only(source: Source, row: str) -> str:
    return source.only.format(row=row) if source.only else "true"
