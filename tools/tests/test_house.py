"""Each house rule, shown a file that breaks it and one that keeps it."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tools import house


def sentences(found):
    return " ".join(sentence for _, sentence in found)


@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        ('<p style="color: red">', "style= is blocked"),
        ('<p class="a"\n   style="color: red">', "style= is blocked"),
        ("<style>p { color: red }</style>", "<style> is blocked"),
        ("<script>alert(1)</script>", "inline <script> is blocked"),
        ('<button onclick="go()">', "inline handler is blocked"),
        ('<a href="javascript:go()">', "inline handler is blocked"),
        ('<c-badge :count="rows|length" />', "silently empty"),
        ('<c-badge\n  :count="rows|length"\n/>', "silently empty"),
    ],
)
def test_a_template_the_browser_or_cotton_would_not_honour_is_refused(template, complaint):
    assert complaint in sentences(house.template_problems(template))


@pytest.mark.parametrize(
    "template",
    [
        '<script src="/static/app.js" defer></script>',
        '<script id="rows" type="application/json">[]</script>',
        '<c-badge count="{{ rows|length }}" :open="case.is_open" />',
        "{# never write style= here #}<p>",
        "<p>A style = a manner; onions = vegetables.</p>",
        '<input value="{{ form.style|default:"" }}">',
    ],
)
def test_an_ordinary_template_is_left_in_peace(template):
    assert list(house.template_problems(template)) == []


def test_a_problem_names_its_line():
    assert [line for line, _ in house.template_problems('<p>\n\n<b style="x">')] == [3]


def test_a_lock_with_a_web_address_is_refused():
    assert "no web address" in sentences(
        house.lock_problems('{"resolved": "https://registry.example/a.tgz"}')
    )


def test_a_path_of_somebodys_machine_is_refused():
    assert "path of one machine" in sentences(house.path_problems("open('/home/" + "ana/casework/x')"))


def test_a_long_function_is_refused():
    text = "def long():\n" + "    x = 1\n" * house.LONGEST_FUNCTION

    assert "it wants to be two" in sentences(house.length_problems(text))


def test_a_dependency_asked_for_twice_is_refused_under_any_spelling():
    text = dedent("""
        [project]
        dependencies = ["django-htmx>=1.29", "nh3"]
        [dependency-groups]
        dev = ["Django_HTMX", "pytest"]
    """)

    assert '"django-htmx" is asked for twice' in sentences(house.dependency_problems(text))


def test_a_source_folder_the_import_contract_cannot_see_is_refused(tmp_path):
    (tmp_path / "loose.py").touch()

    found = list(house.package_problems([tmp_path / "loose.py"]))

    assert found[0][0] == tmp_path
