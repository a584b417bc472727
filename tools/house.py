"""House rules no other tool knows, each a function from text to what is wrong with it.

    python -m tools.house        every rule over every file git knows

`make check` runs it; `tools/tests/test_house.py` shows each rule a file that breaks it.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FUNCTION = 60  # lines; what fits a screen
LONGEST_FILE = 500  # lines; beyond it a newcomer no longer knows their room in it

Problem = tuple[int, str]  # line number, sentence


def _found(pattern: re.Pattern[str], text: str, sentence: str) -> Iterator[Problem]:
    for match in pattern.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, sentence


# A tag from its "<" to its ">", quotation marks and template tags respected.
TAG = re.compile(r"<[a-zA-Z](?:\{%.*?%\}|\{\{.*?\}\}|\"[^\"]*\"|'[^']*'|[^>\"'{]|\{)*>", re.DOTALL)
STYLE_ATTRIBUTE = re.compile(r"\sstyle\s*=", re.IGNORECASE)
HANDLER_ATTRIBUTE = re.compile(r"\son[a-z]+\s*=|\shx-on\b|=\s*[\"']\s*javascript:", re.IGNORECASE)
STYLE_ELEMENT = re.compile(r"<style[\s>]", re.IGNORECASE)
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\b(?:src\s*=|type\s*=\s*[\"']application/))[^>]*>", re.IGNORECASE)
COTTON_FILTER = re.compile(r"\s:[\w.-]+\s*=\s*(?:\"[^\"]*\|[^\"]*\"|'[^']*\|[^']*')")
COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->|\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)


def template_problems(text: str) -> Iterator[Problem]:
    """What the content policy would block, or Cotton silently empty, in an HTML template."""
    # Comments become blank lines, so that numbers stay true and a rule may be mentioned.
    text = COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment.group()), text)
    for tag in TAG.finditer(text):
        line = text.count("\n", 0, tag.start()) + 1
        if STYLE_ATTRIBUTE.search(tag.group()):
            yield line, "style= is blocked by the content policy; use a class, or an attribute of the SVG."
        if HANDLER_ATTRIBUTE.search(tag.group()):
            yield (
                line,
                "an inline handler is blocked by the content policy; listen in a module of frontend/js.",
            )
        if COTTON_FILTER.search(tag.group()):
            yield line, 'a filter in a ":attribute" is silently empty; write attribute="{{ value|filter }}".'
    yield from _found(STYLE_ELEMENT, text, "<style> is blocked by the content policy; use frontend/css.")
    yield from _found(
        INLINE_SCRIPT, text, "an inline <script> is blocked by the content policy; give it a src."
    )


WEB_ADDRESS = re.compile(r"https?:", re.IGNORECASE)


def lock_problems(text: str) -> Iterator[Problem]:
    """A lock pins versions and hashes; where to fetch them from is each machine's own business."""
    yield from _found(WEB_ADDRESS, text, "a lock file holds no web address; remove it.")


MACHINE_PATH = re.compile(r"(?<![\w.-])/(?:root|work|Users|home/[a-z]\w*)/[\w.-]+")


def path_problems(text: str) -> Iterator[Problem]:
    """Paths of the machine somebody happened to work on."""
    yield from _found(MACHINE_PATH, text, "a path of one machine; write it relative to the project.")


def length_problems(text: str) -> Iterator[Problem]:
    """Functions and files that no longer fit a reader's head."""
    lines = text.count("\n")
    if lines > LONGEST_FILE:
        yield lines, f"the file has {lines} lines; over {LONGEST_FILE} it wants to be two."
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield (
                    node.lineno,
                    f"{node.name} has {length} lines; over {LONGEST_FUNCTION} it wants to be two.",
                )


def dependency_problems(text: str) -> Iterator[Problem]:
    """Packages that pyproject.toml asks for twice, under one name or two spellings of it."""
    project = tomllib.loads(text)
    groups = [project["project"]["dependencies"], *project.get("dependency-groups", {}).values()]
    # A group may repeat what it includes only by naming the group, so every string counts once.
    names = [
        re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", wanted)[0]).lower()
        for group in groups
        for wanted in group
        if isinstance(wanted, str)
    ]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield 1, f'"{name}" is asked for twice; once is enough.'


def package_problems(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Folders of source without __init__.py: the import contract cannot see into them."""
    folders = {path.parent for path in paths if path.suffix == ".py" and "tests" not in path.parts}
    for folder in sorted(folders):
        if not (folder / "__init__.py").exists():
            yield folder, "has Python in it and no __init__.py, so the import contract cannot see it."


Rule = Callable[[str], Iterator[Problem]]


def rules_for(path: Path) -> list[Rule]:
    """Return the rules that apply to a file, by where it is and what it is called."""
    rules: list[Rule] = []
    if path.suffix in {".html", ".j2", ".jinja"} and path.is_relative_to("src"):
        rules.append(template_problems)
    if path.is_relative_to("requirements") or path.name in {"package-lock.json", ".npmrc"}:
        rules.append(lock_problems)
    if path.suffix == ".py" and "tests" not in path.parts and "migrations" not in path.parts:
        rules.append(length_problems)
    if path.name == "pyproject.toml":
        rules.append(dependency_problems)
    if path.suffix in {".py", ".md", ".toml", ".html", ".js", ".mjs", ".css", ".json", ".yaml", ""}:
        rules.append(path_problems)
    return rules


def known_files(root: Path) -> list[Path]:
    """Return the files git tracks or would, relative to the checkout."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, check=True, text=True).stdout
    return [Path(name) for name in listed.split("\0") if name and (root / name).is_file()]


def problems(root: Path = ROOT) -> list[str]:
    """Return everything the house rules hold against the checkout, as `path:line: sentence`."""
    found = []
    files = known_files(root)
    for path in files:
        for rule in rules_for(path):
            text = (root / path).read_text(encoding="utf-8")
            found += [f"{path}:{line}: {sentence}" for line, sentence in rule(text)]
    sources = [root / path for path in files if path.is_relative_to("src")]
    found += [f"{folder.relative_to(root)} {sentence}" for folder, sentence in package_problems(sources)]
    return found


def main() -> int:
    found = problems()
    print("\n".join(found) or "The house rules hold.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
