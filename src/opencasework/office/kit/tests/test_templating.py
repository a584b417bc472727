"""A template that was made ready says what Django says, whatever stands in it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.template import Context, Engine, RequestContext
from django.template.backends.django import DjangoTemplates
from django.test import RequestFactory
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

from opencasework.office.kit.addresses import address
from opencasework.office.tags.models import Urgency

PIECES = {
    "a value": "{{ name }} {{ safe }} {{ nobody }} {{ nothing }} {{ yes }}{{ lazy }} {{ level }} {{ thing }}",
    "numbers and days": "{{ 7 }} {{ number }} {{ price }} {{ day }} {{ moment }} {{ moment|date:'H:i' }}",
    "attributes and items": "{{ thing.name }} {{ thing.none }} {{ rows.0 }}"
    "{{ rows.9 }} {{ map.key }} {{ map.no }}",
    "what is called": "{{ thing.call }} {{ thing.wants }}"
    "{{ map.items }} {{ rows.append }} {{ thing.deletes }}",
    "filters": "{{ name|upper|default:'x' }} {{ no|default:name }} {{ rows|join:', ' }} {{ rows|length }}"
    "{{ name|default_if_none:nobody|safe }}"
    "{{ thing.name|truncatechars:3 }} {{ rows|slice:':2'|join:name }}",
    "autoescape off": "{% autoescape off %}{{ name }}{% url 'search' %}{{ thing }}{% endautoescape %}",
    "if": "{% if no %}a{% elif name == '<Ada>' and not nothing %}b{% else %}c{% endif %}"
    "{% if number > 1 or no.thing %}d{% endif %}{% if 'x' in map %}e{% endif %}{% if thing < 3 %}"
    "f{% endif %}",
    "for": "{% for row in rows %}{{ forloop.counter }}"
    "{% cycle 'a' 'b' %}{{ row }}{% empty %}none{% endfor %}"
    "{% for key, value in map.items %}{{ key }}{{ value }}{{ forloop.parentloop.counter }}{% endfor %}",
    "ifchanged": "{% for row in twice %}{% ifchanged row %}new{% else %}old{% endifchanged %}{% endfor %}",
    "with": "{% with a=name b=rows.0 %}{{ a }}{{ b }}"
    "{% with a=7 %}{{ a }}{% endwith %}{{ a }}{% endwith %}{{ a }}",
    "sentences": "{% load i18n %}{% translate 'Search' %}"
    "{% blocktranslate with a=name %}To {{ a }}, {{ number }}"
    "{% endblocktranslate %}{% blocktranslate count n=number %}{{ n }} row{% plural %}{{ n }} rows"
    "{% endblocktranslate %}{% translate 'Save' as word %}{{ word }}",
    "icons": "{% load oc %}{% icon 'sun' %}{% icon map.key '16' %}"
    "{% pill 'late' name %}"
    "{% icon_of_tag 'urgency' %}"
    "{% tag 'urgency' name %}",
    "static": "{% load static %}{% static 'oc/mark.svg' %}{% static map.file %}",
    "addresses": "{% url 'case' 7 %} {% url 'case' number %} {% url 'search' %}"
    "{% url map.page %}"
    "{% url 'case-draft' 7 'note' %}{% url 'case' pk=7 %}{% url 'none' as a %}{{ a }}"
    "{% url 'cases' as b %}{{ b }}",
    "included": "{% include 'kit/_mark.html' %}{% include map.template %}"
    "{% include 'kit/_rail_count.html' with item=map.item only %}",
    "components": "<c-button href='{% url \"search\" %}' data-x='{{ name }}' :data-y='rows.0' key='G I'"
    " wide>"
    "{{ name }}</c-button><c-card title='{{ name }}"
    "' :level='number'><c-slot name='action'>{{ name }}</c-slot>"
    "<c-pill state='late'>{{ rows.0 }}</c-pill></c-card><c-avatar :name='name' /><c-tag text='{{ name }}' />",
    "partials": "{% partialdef a %}{{ name }}{% endpartialdef %}{% partial a %}{% partial a %}",
    "blocks": "{% extends 'kit/plain.html' %}{% load i18n %}{% block title %}{{ name }}{% endblock %}"
    "{% block content %}{% if yes %}{{ block.super }}{% translate 'Search' %}{% endif %}{% endblock %}",
    "what the context has": "{{ request.path }} {{ template_name }} {{ update }} {{ block }} {{ forloop }}",
}


class Thing:
    name, none = "<b>", None

    def __str__(self) -> str:
        return "a <thing>"

    def call(self) -> str:
        return "called & so"

    def wants(self, more: str) -> str:
        return more

    def deletes(self) -> str:
        raise AssertionError("A template deletes nothing.")

    deletes.alters_data = True  # type: ignore[attr-defined]


def context() -> dict[str, Any]:
    return {
        "name": "<Ada>", "safe": mark_safe("<i>"), "nobody": None, "yes": True,
        "lazy": gettext_lazy("Search"), "level": Urgency.URGENT, "thing": Thing(),
        "number": 1234, "price": Decimal("1234.50"), "day": date(2026, 3, 29),
        "moment": datetime(2026, 7, 1, 9, 30, tzinfo=UTC), "rows": ["a&b", 2, None],
        "twice": [1, 1, 2], "map": {"key": "sun", "file": "oc/mark.svg", "page": "cases",
        "template": "kit/_mark.html", "item": {"count": 3, "late": True}},
    }  # fmt: skip


def engine(loader: str, folder: Path) -> Engine:
    """The office's templates, with another loader, and those of a folder."""
    (given,) = settings.TEMPLATES
    ((partials, ((_ours, loaders),)),) = given["OPTIONS"]["loaders"]
    loaders = [loaders[0], ("django.template.loaders.filesystem.Loader", [folder]), *loaders[1:]]
    options = {**given["OPTIONS"], "loaders": [(partials, [(loader, loaders)])], "debug": False}
    made = DjangoTemplates({"NAME": loader, "DIRS": [], "APP_DIRS": False, "OPTIONS": options})
    return made.engine


def rendered(template: Any, request: Any) -> str:
    return re.sub(r'content="\w{64}"', "", template.render(RequestContext(request, context())))


@pytest.mark.parametrize("language", ["en-gb", "cy"])
@pytest.mark.parametrize("piece", PIECES)
def test_a_template_says_what_it_says_to_django(piece, language, tmp_path):
    (tmp_path / "piece.html").write_text(PIECES[piece])
    said = []
    for loader in ("django.template.loaders.cached.Loader", "opencasework.office.kit.templating.Loader"):
        template = engine(loader, tmp_path).get_template("piece.html")
        with override(language):
            request = RequestFactory().get("/x/")
            request.user = SimpleNamespace(is_authenticated=False)  # type: ignore[assignment]
            once, again = (rendered(template, request) for _ in range(2))
        assert once == again
        said.append(once)

    assert said[0] == said[1]


def test_what_goes_wrong_in_a_property_is_not_taken_for_nothing_there(tmp_path):
    class Broken:
        @property
        def name(self) -> str:
            raise AttributeError("went wrong")

    (tmp_path / "piece.html").write_text("{{ broken.name }}")
    template = engine("opencasework.office.kit.templating.Loader", tmp_path).get_template("piece.html")

    with pytest.raises(AttributeError, match="went wrong"):
        template.render(Context({"broken": Broken()}))


def test_an_address_is_made_of_numbers_and_words():
    assert address("case", 41) == "/cases/41/"
    assert address("case-draft", 41, "note") == "/cases/41/drafts/note/"
    assert address("cases") == "/cases/"
