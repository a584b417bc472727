"""Write the pages of docs/standard that follow from the program: the rules, and a page for every code list.

    .venv/bin/python -m tools.standard_pages

A test holds the pages to what this writes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from opencasework.standard import codelists
from opencasework.standard.codelists import Code
from opencasework.standard.examples import faults
from opencasework.standard.rules import RULES

PAGES = Path(__file__).resolve().parent.parent / "docs" / "standard"
_EXAMPLES = "../../src/opencasework/standard/examples"
_RULES = f"""\
# Rules

What a validator checks, in the order in which it is told. An *error* makes a publication invalid; a
*warning* or *note* does not. Each rule has a valid and an invalid example. The valid ones are the
publications [wexcombe-north]({_EXAMPLES}/wexcombe-north), [a-year]({_EXAMPLES}/a-year) and
[quarters]({_EXAMPLES}/quarters), which keep every rule; the invalid ones are those with the change
linked beside the rule. `casework standard new FOLDER --fault RULE` writes one to look at. The tests
plant every change and see that it is found.

This page is written by `python -m tools.standard_pages`.

| rule | level | it asks | changes that break it |
| --- | --- | --- | --- |
"""
_CODES = """\
# Code lists

A *closed* list changes only with a version of the standard, an *open* one each quarter
([governance](../governance.md)). The lists themselves, as CSV, are in
[codelists/](../../../src/opencasework/standard/codelists). Bodies have an org-id and areas a GSS code;
their registers are not ours.

These pages are written by `python -m tools.standard_pages`.

| list | | codes |
| --- | --- | --- |
"""
_ABOUT = {
    "area_type": "Kinds of area, in `codes/areas.csv`.",
    "body": "What may stand in `body` besides an org-id.",
    "category": "What a problem is about. The crosswalks to the subjects of Citizens Advice and of the Local "
    "Government and Social Care Ombudsman are ours; neither body has endorsed them. "
    "What says `yes` under Sensitive is never published by itself, only in its parent. "
    "The Welsh of level-2 codes was written by people who are not Welsh speakers and wants a native reader.",
    "channel": "How a problem arrived.",
    "measure": "What is counted. With `no` under Adds_over_time it is a stock: never add it over months.",
    "method": "How small counts are protected.",
    "office_kind": "Whose office it is: the profiles of the standard.",
    "outcome": "How a case ended.",
    "status": "Why a value is empty or needs care; letters as in the Government Statistical Service.",
}


def rules_page() -> str:
    """rules.md: every rule with the faults that break it."""
    lines = []
    for rule in RULES.values():
        broken = [
            f"[{fault.says}]({_EXAMPLES}/faults/{faults.patch_name(fault)})"
            for fault in faults.FAULTS
            if fault.rule == rule.id
        ]
        lines.append(f"| `{rule.id}` | {rule.level} | {rule.says} | {'; '.join(broken)} |\n")
    return _RULES + "".join(lines)


def code_pages() -> dict[str, str]:
    """A page for every code list and one that lists them, by file name."""
    index = _CODES
    pages = {}
    for name in codelists.names():
        openness = "open" if name in codelists.OPEN else "closed"
        index += f"| [{name}]({name}.md) | {openness} | {len(codelists.load(name))} |\n"
        pages[f"{name}.md"] = _code_page(name, openness)
    return {"README.md": index, **pages}


def _code_page(name: str, openness: str) -> str:
    codes = list(codelists.load(name).values())
    extras = list(codes[0].extra)
    header = ["Code", "Title", "Title_cy", "Description", *extras, "Deprecated"]
    rows = ["| " + " | ".join(_cells(code, extras)) + " |\n" for code in codes]
    return (
        f"# {name}\n\n{_ABOUT[name]} The list is {openness}.\n\n"
        f"| {' | '.join(header)} |\n| {' | '.join('---' for _ in header)} |\n{''.join(rows)}"
    )


def _cells(code: Code, extras: list[str]) -> list[str]:
    plain = [
        code.title,
        code.title_cy,
        code.description,
        *(code.extra[name] for name in extras),
        code.deprecated,
    ]
    return [f"`{code.code}`", *(text.replace("|", "\\|") for text in plain)]


def pages() -> dict[Path, str]:
    """Every page written here."""
    codes = {PAGES / "codes" / name: text for name, text in code_pages().items()}
    return {PAGES / "rules.md": rules_page(), **codes}


def main() -> int:
    (PAGES / "codes").mkdir(exist_ok=True)
    for page, text in pages().items():
        page.write_text(text, encoding="utf-8")
    print(f"{len(pages())} pages are written.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
