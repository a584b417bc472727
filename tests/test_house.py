"""House rules that need the whole house to be checked: its models, its map, its papers."""

from __future__ import annotations

import importlib
import pkgutil
import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.forms import BaseForm
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from opencasework import office
from opencasework.office.tags.models import OwnWord
from tools import house

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "opencasework"

# Everyone gets equal service: nothing anywhere records party or how somebody votes.
NEVER_RECORDED = {"party", "parties", "vote", "votes", "voted", "voter", "voting", "politics"}


def layers_of(container):
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [contract] = [each for each in contracts if container in each.get("containers", [])]
    named = {name for line in contract["layers"] for name in re.findall(r"\w+", line)}
    return named | set(contract.get("exhaustive_ignores", []))


def folders_in(folder):
    return {child.name for child in folder.iterdir() if child.is_dir() and (child / "__init__.py").exists()}


def test_every_house_rule_holds():
    assert house.problems() == []


@pytest.mark.parametrize("model", apps.get_models(), ids=lambda model: model._meta.label)
def test_no_model_has_a_place_for_party_or_vote(model):
    words = {word for field in model._meta.get_fields() for word in field.name.split("_")}

    assert not words & NEVER_RECORDED


def every_form():
    """Every form of the office: importing each module brings it into being."""
    for module in pkgutil.walk_packages(office.__path__, f"{office.__name__}."):
        if not {"tests", "migrations"} & set(module.name.split(".")):
            importlib.import_module(module.name)
    waiting, forms = [BaseForm], set()
    while waiting:
        for form in waiting.pop().__subclasses__():
            waiting.append(form)
            if form.__module__.startswith(office.__name__):
                forms.add(form)
    return forms


def test_no_form_asks_for_party_or_vote():
    """Nor in the words it puts to a person."""
    forms = every_form()
    asked = {
        form.__name__: set(re.findall(r"[a-z]+", f"{name} {field.label or ''}".lower().replace("_", " ")))
        for form in forms
        for name, field in getattr(form, "base_fields", {}).items()  # what is only mixed in has none
    }

    assert len(forms) > 30
    assert {name: words & NEVER_RECORDED for name, words in asked.items() if words & NEVER_RECORDED} == {}


PARTY_OR_VOTE = """
    Labour | Labour voter | voted Tory 2024 | party: Green | Green | Greens | Green Party | Conservative |
    Tory |
    Lib Dem | Liberal Democrat supporter | SNP member | Plaid Cymru | Sinn Féin | Reform UK | votes Reform |
    DUP voter | voting intention: Labour | voted for the Greens | member of the Labour Party | ex-Tory |
    soft Labour | Labour 2024 | floating voter | voted for us | did not vote | Tory_voter | Llafur |
    pleidleisiwr Llafur | leans Conservative | #LABOUR-VOTER
"""
NEITHER = """
    Labour market | green space | conservative treatment | postal vote | voter ID | proxy vote | labour ward |
    votes for prisoners | welfare reform | party wall | party wall reform | third party | Greenfield estate |
    green card | conservatory | reform of leasehold | alliance of tenants | Torrington | hard labour clause |
    greenhouse | trade union member | family member | party hire noise | member of the jury
"""


def each_of(words):
    return [" ".join(word.split()) for word in words.split("|")]


@pytest.mark.django_db
@pytest.mark.parametrize("word", each_of(PARTY_OR_VOTE))
def test_no_word_of_an_office_says_of_which_party_somebody_is_or_how_they_vote(word, ana, client):
    response = client.post("/tags/", {"word": word})

    assert response.status_code == 422
    assert "everybody gets the same service" in response.content.decode()
    with pytest.raises(ValueError, match="everybody gets the same service"):
        OwnWord.objects.create(word=word)  # nor does it come by any other way
    assert not OwnWord.objects.exists()


@pytest.mark.django_db
def test_words_that_only_sound_so_are_words_of_an_office(ana, client):
    for word in each_of(NEITHER):
        client.post("/tags/", {"word": word})

    assert {each.word for each in OwnWord.objects.all()} == set(each_of(NEITHER))


def test_every_folder_of_the_office_has_its_place_on_the_map():
    assert folders_in(PACKAGE / "office") <= layers_of("opencasework.office")


def test_every_part_of_the_house_has_its_place_on_the_map():
    assert folders_in(PACKAGE) <= layers_of("opencasework")


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_the_readme_names_the_command(command):
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("lock", "groups"), [("app", ["build"]), ("dev", ["build", "dev"])])
def test_every_dependency_is_locked_in_a_version_it_asks_for(lock, groups):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = project["project"]["dependencies"] + [
        each for group in groups for each in project["dependency-groups"][group] if isinstance(each, str)
    ]
    pinned = dict(
        re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / f"requirements/{lock}.txt").read_text(), re.MULTILINE)
    )

    for requirement in map(Requirement, asked):
        version = pinned.get(canonicalize_name(requirement.name))
        assert version, f'{requirement.name} is not in requirements/{lock}.txt; run "make lock".'
        assert requirement.specifier.contains(version), f'{requirement} is not {version}; run "make lock".'


def test_what_is_tested_is_what_offices_run():
    app, dev = (
        set(re.findall(r"^[\w.-]+==[\w.]+", (ROOT / f"requirements/{lock}.txt").read_text(), re.MULTILINE))
        for lock in ("app", "dev")
    )

    assert app <= dev


def test_every_decision_has_a_number_of_its_own_and_says_what_it_cost():
    decisions = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))

    assert [path.name[:4] for path in decisions] == [f"{n:04}" for n in range(1, len(decisions) + 1)]
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        for heading in ("## What we faced", "## What we chose", "## What we gave up", "## What follows"):
            assert heading in text, f"{path.name} lacks {heading!r}"


def test_the_licence_is_the_one_the_package_names():
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in (ROOT / "LICENSE").read_text(encoding="utf-8")
