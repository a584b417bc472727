"""Translations are compiled as gettext does it, on machines that have no gettext."""

from __future__ import annotations

import gettext
import io

import pytest

from tools.catalogues import CatalogueError, compiled

HEADER = """# A comment
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def read(po):
    return gettext.GNUTranslations(io.BytesIO(compiled(HEADER + po)))


def test_a_sentence_over_several_lines_is_one():
    found = read('msgid ""\n"Nothing "\n"is lost."\nmsgstr ""\n"Nid oes dim "\n"wedi’i golli."\n')

    assert found.gettext("Nothing is lost.") == "Nid oes dim wedi’i golli."


def test_plurals_and_contexts_are_kept_apart():
    found = read(
        'msgctxt "button"\nmsgid "Send"\nmsgstr "Anfon"\n'
        'msgid "%(n)s file"\nmsgid_plural "%(n)s files"\nmsgstr[0] "un"\nmsgstr[1] "rhai"\n'
    )

    assert found.pgettext("button", "Send") == "Anfon"
    assert found.gettext("Send") == "Send"
    assert [found.ngettext("%(n)s file", "%(n)s files", n) for n in (1, 2)] == ["un", "rhai"]


@pytest.mark.parametrize(
    "po",
    [
        'msgid "Back"\nmsgstr ""\n',
        '#, fuzzy\nmsgid "Back"\nmsgstr "Nôl?"\n',
        'msgid "Back"\nmsgid_plural "Backs"\nmsgstr[0] "x"\nmsgstr[1] ""\n',
    ],
)
def test_what_is_not_translated_for_certain_stays_as_it_was(po):
    assert read(po).gettext("Back") == "Back"


def test_quotation_marks_and_line_ends_survive():
    assert read('msgid "a \\"b\\"\\n"\nmsgstr "c \\"d\\"\\n"\n').gettext('a "b"\n') == 'c "d"\n'


def test_a_line_that_is_none_is_named():
    with pytest.raises(CatalogueError, match="line 7"):
        read('msgid "Back\n')
