"""The indexes on PostgreSQL: a table of words with a GIN index for each source, kept up by a trigger.

Words are cut and folded by a function of ours: the extension that takes accents off may not be made by an
ordinary role, and the parser of the full-text search reads "OC-2026-00041" and addresses in ways of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import connection
from django.db.models.expressions import RawSQL

from opencasework.office.search.folding import LONGEST_WORD, TRANSLATE_FROM, TRANSLATE_TO
from opencasework.office.search.sources import Source
from opencasework.office.search.spacing import BEGINNING, is_beginning, is_piece, usual_pieces

NUMBER = "id"  # the column of an index that holds the number of the source's row
LONGEST_TEXT = 50_000  # characters of one row that can be searched; far below what a tsvector holds
MOST_PIECES = 100  # of one number that are asked for; 400 took twice the processor
# Control characters, ASCII punctuation, the spaces of other scripts and the marks people type; named, so that
# no locale changes the answer. Not the space itself: texts are full of it, and words are cut there anyway.
_BETWEEN_WORDS = (
    r"[\u0001-\u001f!-/:-@\[-`{-~\u0085«»‘’‚“”„–—…•·£€¢§©®°¿¡\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f"
    r"\u205f\u3000\ufeff]+"
)

WORDS_FUNCTION = "search_words"
# In plpgsql, whose plan a connection keeps: one in SQL would be planned anew for every row. Only words that
# need it are translated, as each of their letters is looked for in the whole alphabet above. A tsvector holds
# each word once, so nothing here need see to that.
_WORDS_BODY = f"""
DECLARE
    plain text := lower(regexp_replace($1, '{_BETWEEN_WORDS}', ' ', 'g') COLLATE "C");
BEGIN
    IF octet_length(plain) = char_length(plain) AND plain !~ '[^ ]{{{LONGEST_WORD + 1}}}' THEN
        RETURN array_to_tsvector(array_remove(string_to_array(plain, ' '), ''));
    END IF;
    RETURN array_to_tsvector(array(
        SELECT left(folded, {LONGEST_WORD})
        FROM unnest(string_to_array(plain, ' ')) AS word
        CROSS JOIN LATERAL (
            SELECT CASE WHEN octet_length(word) = char_length(word) THEN word
            ELSE lower(translate(word, '{TRANSLATE_FROM}', '{TRANSLATE_TO}')) END
        ) AS plainly(folded)
        WHERE folded <> ''
    ));
END
"""


def create(source: Source) -> list[str]:
    """The statements that make an empty index."""
    return [
        f"CREATE OR REPLACE FUNCTION {WORDS_FUNCTION}(text) RETURNS tsvector "
        f"LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $words${_WORDS_BODY}$words$",
        f"CREATE TABLE {source.index} (id bigint PRIMARY KEY, words tsvector NOT NULL)",
        f"CREATE INDEX {source.index}_words ON {source.index} USING gin (words)",
    ]


def drop(source: Source) -> list[str]:
    """The statements that remove the index and its trigger, whatever there is of them."""
    return [*drop_triggers(source), f"DROP TABLE IF EXISTS {source.index}"]


def drop_triggers(source: Source) -> list[str]:
    # With the function go the triggers that call it, on whichever table they are.
    return [f"DROP FUNCTION IF EXISTS {source.index}_put() CASCADE"]


def create_triggers(source: Source) -> list[str]:
    name, table = source.index, f'"{source.table}"'
    watched = ", ".join(f'"{column}"' for column in source.columns)
    return [
        f"CREATE FUNCTION {name}_put() RETURNS trigger LANGUAGE plpgsql AS $put${_put(source)}$put$",
        f"CREATE TRIGGER {name}_put AFTER INSERT OR DELETE OR UPDATE OF {watched} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}_put()",
        f"CREATE TRIGGER {name}_empty AFTER TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}_put()",
    ]


def fill(source: Source) -> list[str]:
    """The statements that put every row of the source into an empty index."""
    return [
        f"INSERT INTO {source.index}(id, words) SELECT source.id, {_words(source, 'source')} "
        f'FROM "{source.table}" AS source WHERE {_only(source, "source")} ORDER BY source.id'
    ]


def problems(source: Source) -> list[str]:
    """What differs from what should be there, in sentences."""
    with connection.cursor() as cursor:
        if source.index not in connection.introspection.table_names(cursor):
            return [f"The search index of {source.table} is missing."]
        cursor.execute(
            "SELECT proname, prosrc FROM pg_proc "
            "WHERE pronamespace = current_schema()::regnamespace AND proname IN (%s, %s)",
            [WORDS_FUNCTION, f"{source.index}_put"],
        )
        functions = dict(cursor.fetchall())
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND tgenabled IN ('O', 'A')",
            [f'"{source.table}"'],
        )
        triggers = {name for (name,) in cursor.fetchall()}
    found = [
        f"The search trigger {name} on {source.table} is missing."
        for name in (f"{source.index}_put", f"{source.index}_empty")
        if name not in triggers
    ]
    if functions.get(WORDS_FUNCTION) != _WORDS_BODY or functions.get(f"{source.index}_put", "") != _put(
        source
    ):
        found.append(f"The search index of {source.table} is of another version.")
    return found


def matching(source: Source, words: Sequence[str]) -> RawSQL:
    """The numbers of the rows that have every one of the words (at least their beginnings)."""
    return _matching(source, " & ".join(f"'{word}':*" for word in words))


def with_pieces(source: Source, numbers: Sequence[str]) -> list[RawSQL]:
    """The numbers of the rows in which one of these numbers may stand: in its usual groups; cut otherwise.

    The index does not know which word follows which, so what is found has to be read. The two are asked for
    one by one, so that the many rows that answer to the second take no room from the first.
    """
    usual = [_all_of(way) for number in numbers for way in sorted(usual_pieces(number))]
    otherwise = [f"({' & '.join(_pieces(number))}) | {_all_of(tuple(number))}" for number in numbers]
    return [_matching(source, " | ".join(either)) for either in (usual, otherwise)]


def _all_of(pieces: tuple[str, ...]) -> str:
    """These words; what is long enough to tell a number may go on."""
    words = sorted({f"'{each}'" + (":*" if len(each) >= BEGINNING else "") for each in pieces})
    return f"({' & '.join(words)})"


def _matching(source: Source, match: str) -> RawSQL:
    return RawSQL(f"SELECT id FROM {source.index} WHERE words @@ %s::tsquery", [match])


def _pieces(number: str) -> Iterator[str]:
    """For some characters of the number the words each may stand in, which one of them must be.

    First the ends, then the middle, then whatever there is room for.
    """
    asked, length = 0, len(number)
    for place in dict.fromkeys([0, length - 1, length // 2, length // 4, 3 * length // 4, *range(length)]):
        words = [
            f"'{number[start:end]}'" + (":*" if is_beginning(number, start, end) else "")
            for start in range(place + 1)
            for end in range(place + 1, length + 1)
            if is_piece(number, start, end)
        ]
        asked += len(words)
        if asked > MOST_PIECES:
            return
        yield f"({' | '.join(words)})"


def _put(source: Source) -> str:
    index = source.index
    unchanged = " AND ".join(
        f'OLD."{column}" IS NOT DISTINCT FROM NEW."{column}"' for column in source.columns
    )
    return f"""
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM {index};
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM {index} WHERE id = OLD.id;
    ELSIF TG_OP = 'UPDATE' AND {unchanged} THEN
        NULL;
    ELSIF {_only(source, "NEW")} THEN
        INSERT INTO {index}(id, words) VALUES (NEW.id, {_words(source, "NEW")})
        ON CONFLICT (id) DO UPDATE SET words = EXCLUDED.words;
    ELSE
        DELETE FROM {index} WHERE id = NEW.id;
    END IF;
    RETURN NULL;
END
"""


def _words(source: Source, row: str) -> str:
    joined = " || ' ' || ".join(f"coalesce({words.format(row=row)}, '')" for words in source.words)
    return f"{WORDS_FUNCTION}(left({joined}, {LONGEST_TEXT}))"


def _only(source: Source, row: str) -> str:
    return source.only.format(row=row) if source.only else "true"
