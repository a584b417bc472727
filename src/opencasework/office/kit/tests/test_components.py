"""The components: what they write, what they escape, and that everything they name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import Context, Template
from django.template.loader import get_template
from django.test import RequestFactory

from opencasework.office.kit.templatetags.oc import initials, tag_icon, undo_url, words

PACKAGE = Path(__file__).parents[3]
FRONTEND = PACKAGE.parents[1] / "frontend"
HOSTILE = "\"'><script>alert(1)</script>"
# {% icon "x" %}, <c-… icon="x"> and <c-icon name="x">, with the name written out
ICON_NAMES = re.compile(
    r"\{%\s*icon\s+[\"']([\w-]+)[\"']|<c-[\w.-]+[^>]*?\sicon=\"([a-z0-9-]+)\"|<c-icon\s[^>]*?name=\"([a-z0-9-]+)\""
)


class ClosureForm(forms.Form):
    outcome = forms.CharField(help_text="As it ended", error_messages={"required": "Say how the case ended."})
    wishes = forms.MultipleChoiceField(choices=[("a", "One")], widget=forms.CheckboxSelectMultiple)


def render(source: str, **context: object) -> str:
    # Cotton compiles its tags when a template is loaded; here the compiler is called by hand.
    from django_cotton.compiler_regex import CottonCompiler

    return Template(CottonCompiler().process(source)).render(Context(context))


@pytest.mark.parametrize(
    "source",
    [
        '<c-button data-name="{{ name }}" label="{{ name }}">{{ name }}</c-button>',
        '<c-button :data-name="name" :label="name">{{ name }}</c-button>',
        '<c-row href="/" :title="name" :data-name="name" />',
        '<c-card :title="name" />',
        '<c-tag :text="name" remove-name="remove" />',
        '<c-copy :value="name" />',
        "{% load oc %}{% pill 'late' name %}{% tag 'issue' name %}",
    ],
)
def test_a_strangers_name_stays_text(source):
    html = render(source, name=HOSTILE)

    assert "<script" not in html
    assert "'><" not in html


def test_a_field_ties_its_hint_and_its_error_to_the_control():
    html = render('<c-field :field="form.outcome" />', form=ClosureForm({}))

    assert 'aria-describedby="id_outcome_helptext id_outcome_error"' in html
    assert 'id="id_outcome_helptext">As it ended<' in html
    assert re.search(r'id="id_outcome_error">.*Say how the case ended\.', html)


def test_choices_are_a_group_with_a_name():
    html = render('<c-field :field="form.wishes" />', form=ClosureForm({}))

    assert re.search(r"<fieldset[^>]*>\s*<legend[^>]*>Wishes", html)


def test_the_error_summary_leads_to_each_field():
    html = render('<c-error-summary :form="form" />', form=ClosureForm({}))

    assert '<a href="#id_outcome">Say how the case ended.</a>' in html
    assert '<a href="#id_wishes">' in html


def test_a_form_without_errors_has_no_summary():
    assert "error-summary" not in render('<c-error-summary :form="form" />', form=ClosureForm())


def test_a_key_cap_and_its_shortcut_come_together():
    html = render('<c-button key="G I">Triage</c-button>')

    assert 'data-hotkey="g i"' in html
    assert html.count('<kbd class="key" aria-hidden="true">') == 2


def test_a_message_carries_the_address_of_its_undo():
    message = Message(constants.SUCCESS, "Filed", extra_tags="quiet undo:/cases/3/filing/undo/")

    assert undo_url(message) == "/cases/3/filing/undo/"
    assert undo_url(Message(constants.SUCCESS, "Filed")) == ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Priya Sandhu-Vale", "PS"), ("Ŵyn", "Ŵ"), ("Ana Maria de Souza", "AS"), ("", ""), (None, "")],
)
def test_initials_are_of_the_first_and_last_name(name, expected):
    assert initials(name) == expected


def test_words_of_nothing_are_none():
    assert words(None) == []


def test_transferability_has_an_icon_for_each_level():
    assert [tag_icon("transferability", level) for level in (0, 3, 5)] == [
        "hand",
        "landmark",
        "arrow-right-left",
    ]
    assert tag_icon("issue") == ""


@pytest.mark.parametrize("name", ["400", "403", "404", "500", "403_csrf"])
def test_an_error_page_needs_no_request(name):
    assert "<h1>" in get_template(f"{name}.html").render()


def test_the_page_of_components_draws_every_component():
    html = get_template("kit/components.html").render({}, RequestFactory().get("/components/"))

    assert "<c-" not in html
    assert 'class="timeline"' in html


def test_every_icon_a_template_names_is_in_the_sprites_list():
    listed = set(re.sub(r"#.*", "", (FRONTEND / "icons.txt").read_text(encoding="utf-8")).split())
    named = {
        name
        for template in PACKAGE.rglob("office/**/templates/**/*.html")
        for names in ICON_NAMES.findall(template.read_text(encoding="utf-8"))
        for name in names
    }

    assert named - listed - {"", "none"} == set()
