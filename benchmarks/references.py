"""How well reference numbers are recognised in text: precision and recall, kind by kind.

    python -m benchmarks.references            # the table
    python -m benchmarks.references --missed   # and each miss and each false find

The letters are invented and labelled (office/kit/tests/numbers_in_letters.py), with everything in them that
looks like a number and is none: telephones, dates, sort codes, cards, orders. Rules and letters have the same
authors, so a real office's figures will be lower; the held-out phrases, when they were first counted
and before anything they missed was mended, gave precision 0.994 and recall 0.986; 60 texts
written in other words after that (SECOND_LOOK), 0.939 and 0.939.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from opencasework.office.kit.references import OUR_OWN, kinds, recognised
from opencasework.office.kit.tests.numbers_in_letters import corpus


@dataclass
class Score:
    """What was right, what was missed and what was wrongly found, by kind."""

    right: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def precision(self, kind: str = "") -> float:
        return _share(*self._of(kind, self.right, self.wrong))

    def recall(self, kind: str = "") -> float:
        return _share(*self._of(kind, self.right, self.missed))

    def _of(self, kind: str, *counted: Counter[str]) -> tuple[int, ...]:
        return tuple(each[kind] if kind else each.total() for each in counted)


def _share(right: int, not_right: int) -> float:
    return right / (right + not_right) if right + not_right else 1.0


def score(*, each: int = 6, held_out_only: bool = False) -> Score:
    """Read the whole corpus; a number counts as found when kind and number are both right."""
    counted = Score()
    for letter in corpus(each=each):
        if held_out_only and not letter.is_held_out:
            continue
        found = {
            (one.code, kinds()[one.code].compact(one.value))
            for one in recognised(letter.text)
            if one.code not in OUR_OWN
        }
        counted.right.update(kind for kind, _ in found & letter.numbers)
        counted.missed.update(kind for kind, _ in letter.numbers - found)
        counted.wrong.update(kind for kind, _ in found - letter.numbers)
        if found != letter.numbers:
            missed, wrong = sorted(letter.numbers - found), sorted(found - letter.numbers)
            counted.examples.append(f"missed {missed}, found {wrong} in {letter.text!r}")
    return counted


def main() -> None:
    began = time.perf_counter()
    everything, held_out = score(), score(held_out_only=True)
    took = time.perf_counter() - began
    names = sorted(everything.right | everything.missed | everything.wrong)
    print(f"{'kind':10}{'precision':>10}{'recall':>8}{'numbers':>9}")
    for kind in names:
        total = everything.right[kind] + everything.missed[kind]
        print(f"{kind:10}{everything.precision(kind):10.3f}{everything.recall(kind):8.3f}{total:9}")
    for name, scored in (("all", everything), ("held out", held_out)):
        total = scored.right.total() + scored.missed.total()
        print(f"{name:10}{scored.precision():10.3f}{scored.recall():8.3f}{total:9}")
    print(f"{len(list(corpus()))} letters, {took:.1f} s for both readings.")
    if "--missed" in sys.argv:
        print("\n".join(everything.examples))


if __name__ == "__main__":
    main()
