"""What can be found: one list, from which both databases' indexes and their triggers are made."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.apps import apps
from django.db import connection

_COLUMN = re.compile(r"\{row\}\.(\w+)")


@dataclass(frozen=True)
class Source:
    """One table whose rows can be found.

    `words` and `only` are SQL that both databases read, over the row's own columns, written `{row}.title`:
    a trigger that looked into another table would break when that table is rebuilt.
    """

    name: str
    model: str  # "cases.Case"
    words: tuple[str, ...]  # joined by spaces they are what is searched
    only: str = ""  # rows for which it is not true cannot be found
    is_long: bool = False  # running text rather than names and numbers
    person: str = ""  # the column that says whom the row is about
    case: str = ""  # the column that says which case it belongs to

    @property
    def index(self) -> str:
        """The table of the index; the number of its row is that of the source's row."""
        return f"search_{self.name}"

    @property
    def app(self) -> str:
        return self.model.split(".")[0]

    @property
    def table(self) -> str:
        """The source's table. Raises LookupError when no such model is installed."""
        return str(apps.get_model(self.model)._meta.db_table)

    @property
    def texts(self) -> list[str]:
        """The columns whose words are searched, each once, in order."""
        return list(dict.fromkeys(_COLUMN.findall(" ".join(self.words))))

    @property
    def columns(self) -> list[str]:
        """The columns it is made from, each once, in order."""
        return list(dict.fromkeys(_COLUMN.findall(" ".join([*self.words, self.only]))))

    @property
    def is_there(self) -> bool:
        """Whether its table exists and has the columns; half-way through migrations it has not."""
        try:
            table = self.table
        except LookupError:
            return False
        with connection.cursor() as cursor:
            if table not in connection.introspection.table_names(cursor):
                return False
            cursor.execute(f'SELECT * FROM "{table}" WHERE 1 = 0')  # a tenth of what describing it takes
            present = {column[0] for column in cursor.description}
        return present.issuperset(self.columns)


_NUMBER_OF_CASE = "ltrim(substr({row}.reference, 9), '0')"  # 41 of OC-2026-00041

SOURCES = (
    Source(
        "person",
        "constituents.Person",
        ("{row}.full_name", "{row}.address_as", "replace(replace({row}.full_name, '''', ''), '’', '')"),
        person="id",
    ),
    Source("other_name", "constituents.PersonName", ("{row}.name",), person="person_id"),
    Source(
        "address",
        "constituents.PersonAddress",
        ("{row}.lines", "{row}.postcode", "replace({row}.postcode, ' ', '')"),
        person="person_id",
    ),
    Source("email", "constituents.PersonEmail", ("{row}.address",), person="person_id"),
    Source("phone", "constituents.PersonPhone", ("{row}.number", "{row}.compact"), person="person_id"),
    Source(
        "case",
        "cases.Case",
        ("{row}.reference", "replace({row}.reference, '-', '')", _NUMBER_OF_CASE, "{row}.title"),
        case="id",
    ),
    Source(
        "reference",
        "cases.ReferenceNumber",
        ("{row}.value", "{row}.compact", "{row}.look_alike", "{row}.label"),
        case="case_id",
    ),
    Source("body", "bodies.Body", ("{row}.name", "{row}.code", "replace({row}.code, '-', '')")),
    Source(
        "note",
        "cases.Event",
        ("{row}.text",),
        only="{row}.kind IN ('note', 'call', 'reply_in')",
        is_long=True,
    ),
    Source(
        "letter",
        "letters.Letter",
        ("{row}.subject", "{row}.text"),
        only="{row}.state <> 'discarded'",
        is_long=True,
    ),
    Source(
        "message",
        "inbox.Message",
        ("{row}.subject", "{row}.from_name", "{row}.from_address", "{row}.text"),
        is_long=True,
    ),
)


BY_NAME = {source.name: source for source in SOURCES}


def installed() -> list[Source]:
    """The sources whose tables exist."""
    return [source for source in SOURCES if source.is_there]
