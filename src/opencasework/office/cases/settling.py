"""Who is on which case that stands: worked out from where each row was put and the merges in force.

Merges of cases and merges of people both bring rows of `CasePerson` together, of which one stands. Nothing
is carried to and fro: where a row was put is kept (`CasePersonOrigin`), and after every merge or undoing the
rows concerned are worked out anew. So any order of undoing ends the same.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db import models

from opencasework.office.cases.models import Case, CasePerson, CasePersonOrigin
from opencasework.office.constituents.models import PersonMerge

SAID = ("role", "relation", "acting_id")


def settle(links: models.QuerySet[CasePerson]) -> None:
    """Let these rows, and those behind them, stand where the merges in force put them."""
    standing = {link.pk: link for link in links}
    first = {row.number: row for row in CasePersonOrigin.objects.filter(behind__in=standing)}
    behind: dict[int, set[int]] = defaultdict(set)
    for link in standing.values():
        first.setdefault(link.pk, origin_of(link))
    for row in first.values():
        behind[row.behind_id].add(row.number)
    for link in standing.values():
        _keep_changes(link, first[link.pk], [first[pk] for pk in behind[link.pk] - {link.pk}])
    rows: dict[int, CasePerson] = {}
    origins: list[CasePersonOrigin] = []
    for (case, person), group in _places(first.values()).items():
        mine, *others = group
        said = _joined(mine, others)
        if behind[mine.number] == {row.number for row in group}:  # as before, so what was said stays
            said = {name: getattr(standing[mine.number], name) for name in SAID}
        rows[mine.number] = CasePerson(pk=mine.number, case_id=case, person_id=person, **said)
        if others or (mine.case_id, mine.person_number) != (case, person):
            for row in group:
                row.behind_id = mine.number
            origins += group
    _write(standing, rows, origins, gone=list(first))


def origin_of(link: CasePerson) -> CasePersonOrigin:
    """A row that is where it was put."""
    said = {name: getattr(link, name) for name in SAID}
    return CasePersonOrigin(
        number=link.pk, behind=link, case_id=link.case_id, person_number=link.person_id, **said
    )


def _keep_changes(link: CasePerson, mine: CasePersonOrigin, others: list[CasePersonOrigin]) -> None:
    """What somebody has changed on the row that stands is that row's own from now on."""
    for name, given in _joined(mine, others).items():
        if getattr(link, name) != given:
            setattr(mine, name, getattr(link, name))


def _joined(mine: CasePersonOrigin, others: list[CasePersonOrigin]) -> dict[str, Any]:
    """What the row that stands says: its own, and of those behind it what it leaves empty.

    Whoever the case is for stays the one it is for.
    """
    rows = [mine, *sorted(others, key=lambda row: row.number)]
    roles = {row.role for row in rows}
    return {
        "role": CasePerson.Role.CONSTITUENT if CasePerson.Role.CONSTITUENT in roles else mine.role,
        "relation": next((row.relation for row in rows if row.relation), ""),
        "acting_id": next((row.acting_id for row in rows if row.acting_id), None),
    }


def _places(rows: Any) -> dict[tuple[int, int], list[CasePersonOrigin]]:
    """The rows by case and person they stand for; first the one that stands: the person's, the case's own."""
    merges = dict(PersonMerge.objects.filter(undone_at=None).values_list("loser_number", "into_number"))
    cases = {case.pk: case.survivor.pk for case in Case.objects.filter(pk__in={row.case_id for row in rows})}
    found: dict[tuple[int, int], list[CasePersonOrigin]] = defaultdict(list)
    for row in rows:
        person = row.person_number
        while person in merges:
            person = merges[person]
        found[cases[row.case_id], person].append(row)
    for (case, person), group in found.items():
        group.sort(key=lambda row: (row.person_number != person, row.case_id != case, row.number))
    return found


def _write(
    before: dict[int, CasePerson],
    rows: dict[int, CasePerson],
    origins: list[CasePersonOrigin],
    *,
    gone: list[int],
) -> None:
    def values(row: CasePerson | None) -> Any:
        return row and [row.case_id, row.person_id, *(getattr(row, name) for name in SAID)]

    CasePersonOrigin.objects.filter(number__in=gone).delete()
    # Taken away and written anew: two that change places would be in each other's way.
    CasePerson.objects.filter(
        pk__in=[pk for pk, row in before.items() if values(row) != values(rows.get(pk))]
    ).delete()
    CasePerson.objects.bulk_create(row for pk, row in rows.items() if values(row) != values(before.get(pk)))
    CasePersonOrigin.objects.bulk_create(origins)
