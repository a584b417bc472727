"""What there is to translate for constituents: every sentence their pages, form and mail give to gettext."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

FOLDER = Path(__file__).parents[1]
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext"}
IN_TEMPLATE = re.compile(
    r"""\b(?:_|gettext|ngettext)\(\s*(u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|u?\"\"\".*?\"\"\")""", re.S
)
TEMPLATES = ("sign", "printed")
MODULES = ("wording.py", "links.py", "signing/forms.py", "signing/statement.py", "signing/views.py")


def of_templates() -> Iterator[str]:
    for folder in TEMPLATES:
        for path in sorted((FOLDER / "templates/authority" / folder).glob("*.html")):
            for match in IN_TEMPLATE.finditer(templatize(path.read_text(encoding="utf-8"))):
                yield ast.literal_eval(match.group(1))


def of_modules() -> Iterator[str]:
    for name in MODULES:
        for node in ast.walk(ast.parse((FOLDER / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value


def sentences() -> list[str]:
    """Each once, as gettext looks them up."""
    return list(dict.fromkeys([*of_templates(), *of_modules()]))
