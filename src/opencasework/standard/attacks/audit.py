"""`audit`: every attack against everything an office ever published."""

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from opencasework.standard.attacks import differences, keys, labels, rates, statements
from opencasework.standard.attacks.bounds import Impossible, Solution, Work, bounds
from opencasework.standard.attacks.equations import (
    ASSUMED,
    MARGIN_BOUND,
    STOCK,
    Equations,
    Unknown,
    complements,
    equations,
)
from opencasework.standard.attacks.report import ATTACKS, AuditReport, Finding, Tried, named, number
from opencasework.standard.attacks.view import (
    BASE,
    ROUNDING,
    SMALL,
    Office,
    Version,
    gather,
    is_base,
    is_inner,
    is_level_2,
    is_month,
)
from opencasework.standard.codelists import TOTAL
from opencasework.standard.files import PublicationError
from opencasework.standard.observations import Cell, Observation
from opencasework.standard.periods import is_within

TIGHTEST = BASE  # cases; the least error that a sum of rounded cells may state
MOST_KNOWN = 3  # cases an insider knows of
_ASSUMPTION = {
    "median": "that a median is missing only with fewer than 20 behind it",
    "named": "that a body is named only with 20 cases or enquiries in twelve months",
    "bound": "that totals are off by no more than they say",
    "flow": "that the number open moves by what is opened and closed",
    "nested": "that a part is no more than its whole",
    "exact": "that a total which is no sum of the published cells is exact",
}


@dataclass
class _Target:
    """A small cell under attack, and the interval it was narrowed to.

    Of a bound not settled in time the interval takes what is proved: it may be wider, and is not trusted to.
    """

    unknown: Unknown
    least: int
    greatest: int
    undecided: bool = False

    @property
    def width(self) -> int:
        return max(0, self.greatest - self.least)

    @property
    def is_narrow(self) -> bool:
        return self.width < statements.needed_width(self.unknown.method)

    @property
    def insider_width(self) -> int:
        """What is left to guess for somebody who knows three of the cases, or all if there are no more."""
        known = min(MOST_KNOWN, self.greatest)
        return self.greatest - max(self.least, known)


@dataclass
class _Outcome:
    """What the bounds of all offices together came to."""

    targets: list[_Target] = field(default_factory=list)
    cells: int = 0
    work: Work = field(default_factory=Work)
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def audit(
    paths: Iterable[Path] | Path,
    *,
    truth: Mapping[Cell, int] | None = None,
    key: bytes | None = None,
    national: Sequence[Path] = (),
    margin_bound: int | None = MARGIN_BOUND,
) -> AuditReport:
    """Attack everything in `paths` at once: publications, kept copies of withdrawn months, drafts.

    `truth` holds everything ever counted, as true counts by cell; with it the cells that are truly 1 to 4 are
    judged, without it every cell that could be. It may have the level-2 topics of a year, over all bodies.
    `key` is looked for in all files. `national` are publications of other offices, which tell whether a label
    is rare in the country. `margin_bound`: see `equations`.

    The attacker knows the method, every published number, that totals are sums, and how measures hang
    together; not the key. Raises PublicationError, one sentence, when a path holds no publication.
    """
    started = time.perf_counter()
    paths = [paths] if isinstance(paths, Path) else list(paths)
    if not paths:
        raise PublicationError("There is nothing to audit; give the folder of a publication.")
    offices = gather(paths)
    outcome = _Outcome()
    of_cube = None if truth is None else {c: n for c, n in truth.items() if not is_level_2(c.category)}
    for office in offices:
        _bound(office, of_cube, margin_bound, outcome)
    counts = labels.national_counts([*offices, *gather(national)]) if national else None
    by_attack: dict[str, list[Finding]] = {attack: [] for attack in ATTACKS}
    for found in [*outcome.findings, *labels.areas(offices)]:
        by_attack[found.attack].append(found)
    for office in offices:
        for found in _look(office, truth, key, counts):
            by_attack[found.attack].append(found)
        outcome.notes += differences.kept_copies(office)
        if differ := differences.drafts_that_differ(office):
            outcome.notes.append(
                f"Drafts of {', '.join(differ)} differ from each other; none may be seen outside the office."
            )
    narrow = [target.width for target in outcome.targets]
    exact = [target for target in outcome.targets if not target.width and not target.undecided]
    return AuditReport(
        paths=tuple(str(path) for path in paths),
        findings=tuple(found for its in by_attack.values() for found in its),
        tried=tuple(_tried(by_attack, outcome, offices, has_key=key is not None)),
        notes=tuple(outcome.notes),
        narrowest=min(narrow, default=None),
        cells=outcome.cells,
        attacked=len(narrow),
        exact=len(exact),
        seconds=time.perf_counter() - started,
        work=vars(outcome.work),
    )


def _look(
    office: Office, truth: Mapping[Cell, int] | None, key: bytes | None, national: Mapping[str, int] | None
) -> Iterator[Finding]:
    """The attacks that look and compare, without bounds."""
    yield from differences.editions(office)
    yield from differences.redraws(office)
    yield from labels.groups(office, truth)
    yield from labels.rare(office, truth, national)
    yield from rates.rates(office)
    if key is not None:
        yield from keys.hygiene(office, key)


def _bound(
    office: Office, truth: Mapping[Cell, int] | None, margin_bound: int | None, outcome: _Outcome
) -> None:
    """A1, A2, A3 and A10: what can be worked out about each small cell of an office."""
    system = equations(office, truth, margin_bound=margin_bound)
    if system.unjudged:
        outcome.findings.append(
            Finding(
                "A1",
                f"{office.name} uses {', '.join(sorted(system.unjudged))}, which this suite does not know "
                "how to attack, so it cannot vouch for it.",
            )
        )
    try:
        attacked = _attacked(system, truth)
        shown = [unknown.shown for unknown in system.unknowns]
        solution = bounds(system.system, assumed=ASSUMED, guess=shown, wanted=attacked)
    except Impossible:
        outcome.findings.append(
            Finding(
                "A3",
                f"The tables of {office.name} contradict each other; they cannot come from one set of cases. "
                "Validate the publication.",
            )
        )
        return
    targets = _targets(system, solution, attacked)
    outcome.targets += targets
    outcome.cells += sum(not unknown.is_choice for unknown in system.unknowns)
    for name in ("blocks", "linear", "integer", "undecided"):
        setattr(outcome.work, name, getattr(outcome.work, name) + getattr(solution.work, name))
    outcome.findings += [
        *_narrow(targets),
        *_bounds_given_away(office),
        *_subtracted(office, system),
        *_insider(targets),
    ]
    outcome.notes += [
        f"An attacker would be wrong to assume {_ASSUMPTION[label]}; so it was not assumed where it cannot "
        "be true."
        for label in ASSUMED
        if label in solution.disbelieved
    ]
    if rest := list(complements(system)):
        outcome.notes.append(
            f"In {number(len(rest), 'cell')} all but 1 to 4 of the replies came within 20 working days, and "
            "both counts are exact: how many came late can be read off."
        )


def _attacked(system: Equations, truth: Mapping[Cell, int] | None) -> list[bool]:
    """Of each unknown, whether it is small (by the true counts) or could be (by what is published)."""
    found = []
    for unknown, least, greatest in zip(
        system.unknowns, system.system.lower, system.system.upper, strict=True
    ):
        if unknown.is_choice:
            found.append(False)
            continue
        in_cube = unknown.key[4] == unknown.key[5] == TOTAL and not is_level_2(unknown.key[2])
        if truth is not None and in_cube and TOTAL not in unknown.key[2:4] and is_month(unknown.key[0]):
            found.append(truth.get(unknown.cell, 0) in SMALL)
        else:
            found.append(least <= SMALL[-1] and greatest >= SMALL[0])
    return found


def _targets(system: Equations, solution: Solution, attacked: Sequence[bool]) -> list[_Target]:
    return [
        _Target(
            unknown,
            int(solution.sure_lower[index]),
            int(solution.sure_upper[index]),
            bool(
                solution.sure_lower[index] != solution.lower[index]
                or solution.sure_upper[index] != solution.upper[index]
            ),
        )
        for index, unknown in enumerate(system.unknowns)
        if attacked[index]
    ]


def _narrow(targets: Sequence[_Target]) -> Iterator[Finding]:
    narrow = sorted((target for target in targets if target.is_narrow), key=lambda target: target.width)
    if open_ := [target for target in narrow if target.undecided]:
        yield Finding(
            "A2",
            f"{number(len(open_), 'small cell')} could not be bounded in time, so nobody can say that "
            f"they are safe. The first is {named(open_[0].unknown.cell)}. Try again on an idle machine, or "
            "publish a longer period.",
            tuple(target.unknown.cell for target in open_),
        )
    narrow = [target for target in narrow if not target.undecided]
    if not narrow:
        return
    exact = sum(target.width == 0 for target in narrow)
    parts = [f"{number(exact, 'small cell')} can be worked out exactly"] if exact else []
    if close := sum(target.width == 1 for target in narrow):
        parts.append(f"{number(close, 'small cell')} to within two values")
    if rest := len(narrow) - exact - close:
        parts.append(f"{number(rest, 'small cell')} more closely than the method allows")
    yield Finding(
        "A1",
        f"{'; '.join(parts)}. The first is {named(narrow[0].unknown.cell)}. Take out what gives it away "
        "(see the other attacks), or publish a longer period.",
        tuple(target.unknown.cell for target in narrow),
    )


def _subtracted(office: Office, system: Equations) -> Iterator[Finding]:
    """Totals that are no sums of the published cells, and a stock shown by cell."""
    for row in system.strays:
        yield Finding(
            "A3",
            f"The total of {row.measure} for {row.category} and {row.body} in {row.period} is not the sum "
            "of the published cells: less what is shown, it tells what was hidden. Publish sums of the "
            "published cells only.",
            (Cell(row.period, row.area_code, row.category, row.body, row.measure),),
        )
    by_cell = tuple(
        Cell(row.period, row.area_code, row.category, row.body, row.measure)
        for versions in office.versions.values()
        for version in versions
        if version.method in ROUNDING
        for row in version.rows
        if row.measure == STOCK and is_base(row) and is_inner(row)
    )
    if by_cell:
        yield Finding(
            "A3",
            f"{STOCK} is shown by category and body ({number(len(by_cell), 'cell')}): less the month "
            "before, plus what was closed, it is what was opened, exactly where the others are. Show its "
            "grand total only.",
            by_cell,
        )


def _bounds_given_away(office: Office) -> Iterator[Finding]:
    """Totals whose error is stated more closely than rounding leaves it: a cell may tell itself."""
    shown = {period for period, _ in office.versions}
    tight = tuple(
        Cell(row.period, row.area_code, row.category, row.body, row.measure)
        for versions in office.versions.values()
        for version in versions
        if version.method in ROUNDING
        for row, is_sum in _totals(version, shown)
        if row.uncertainty is not None and row.uncertainty < (TIGHTEST if is_sum else statements.ERROR)
    )
    if tight:
        yield Finding(
            "A1",
            f"{number(len(tight), 'total')} state an error below {TIGHTEST}, the first {named(tight[0])}: a "
            f"bound is a gift to the attacker. State {TIGHTEST} or more.",
            tight,
        )


def _totals(version: Version, shown: Collection[str]) -> Iterator[tuple[Observation, bool]]:
    """The totals of a version, each with whether it is a sum: of rows below it or of periods `shown`."""
    summed = any(is_within(each, version.period) for each in shown)
    above = {
        (row.measure, *place)
        for row in version.rows
        if is_base(row)
        for place in ((row.category, TOTAL), (TOTAL, row.body), (TOTAL, TOTAL))
        if place != (row.category, row.body)
    }
    for row in version.rows:
        if TOTAL in (row.category, row.body):
            yield row, summed or (row.measure, row.category, row.body) in above


def _insider(targets: Sequence[_Target]) -> Iterator[Finding]:
    open_ = [target for target in targets if target.insider_width < 1]
    if open_:
        yield Finding(
            "A10",
            f"Somebody who knows {MOST_KNOWN} of the cases behind one of {number(len(open_), 'small cell')} "
            f"can tell whether there are more. The first is {named(open_[0].unknown.cell)}.",
            tuple(target.unknown.cell for target in open_),
        )


def _tried(
    by_attack: Mapping[str, Sequence[Finding]], outcome: _Outcome, offices: Sequence[Office], *, has_key: bool
) -> Iterator[Tried]:
    work, small = outcome.work, number(len(outcome.targets), "small cell")
    editions = sum(len(versions) for office in offices for versions in office.versions.values())
    folders = sum(len(office.folders) for office in offices)
    several = any(len(office.folders) > 1 for office in offices)
    said = {
        "A1": f"{small} bounded by everything published; {number(work.blocks, 'block')} of equations needed "
        f"{number(work.linear, 'linear programme')}, the rest none.",
        "A2": f"bounds are in whole numbers; {number(work.integer, 'integer programme')} needed"
        + (
            f"; {number(work.undecided, 'bound')} not settled in time, where only what is proved counts."
            if work.undecided
            else "."
        ),
        "A3": "totals, tables and measures subtracted from each other.",
        "A4": f"{number(editions, 'edition')} of "
        f"{number(len({place for office in offices for place in office.versions}), 'period')} "
        f"in {number(folders, 'folder')} compared, ledgers included.",
        "A5": "editions of the same period looked through for fresh draws.",
        "A6": "earlier months are the same in every folder." if several else "takes a second, later folder.",
        "A7": "areas and keys of all folders compared.",
        "A8": "bodies and area over twelve months looked through for groups of one kind.",
        "A9": "labels looked through for rare ones.",
        "A10": f"an insider who knows up to {MOST_KNOWN} cases set against {small}.",
        "A11": "tables beside the counts solved for the counts behind them.",
        "A12": "every file searched for the key and for draws made with it."
        if has_key
        else "takes the office's key, to look for it (--key-file).",
        "A13": "our bounds are compared with other software when we test this suite, not here.",
    }
    for attack, sentence in said.items():
        not_tried = attack == "A13" or (attack == "A12" and not has_key) or (attack == "A6" and not several)
        if attack == "A2":
            outcome_ = "failed" if by_attack["A1"] or by_attack["A2"] else "passed"
        elif attack == "A6" and several:
            outcome_ = "failed" if by_attack["A4"] else "passed"
        else:
            outcome_ = "failed" if by_attack[attack] else "not tried" if not_tried else "passed"
        yield Tried(attack, outcome_, sentence)
