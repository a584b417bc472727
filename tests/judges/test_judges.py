"""Four validators by other people judge what we publish, each in an environment of its own.

They have to find our examples good, and to say no to broken ones: a judge that always agrees proves nothing.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from opencasework.standard.examples import a_year, quarters, wexcombe_north
from tools import judges

SCHEMAS = Path(__file__).with_name("schemas")
EXAMPLES = [wexcombe_north.FOLDER, a_year.FOLDER, quarters.FOLDER]
TABLES = [
    pytest.param(folder, table.stem, id=f"{folder.name}: {table.stem}")
    for folder in EXAMPLES
    for table in sorted((folder / "data").glob("*.csv"))
]
every_example = pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)


@pytest.fixture(scope="session", autouse=True)
def _judges_are_there():
    judges.provide()


@pytest.fixture
def example(tmp_path):
    """A copy of an example to break."""
    return Path(shutil.copytree(a_year.FOLDER, tmp_path / "example"))


def agrees(judge, program, *arguments, folder):
    """Whether a judge ends with status 0."""
    command = [str(judges.folder(judge) / "bin" / program), *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=60).returncode == 0


def data_package_is_good(folder):
    return agrees("frictionless", "frictionless", "validate", "datapackage.json", folder=folder)


def descriptor_is_good(folder):
    schema = SCHEMAS / "datapackage-2.0-datapackage.schema.json"
    arguments = ["--schemafile", schema, "datapackage.json"]
    return agrees("check-jsonschema", "check-jsonschema", *arguments, folder=folder)


def csvw_is_good(folder, table="counts"):
    metadata = f"{table}.csv-metadata.json"
    return agrees("csvw", "csvwvalidate", metadata, folder=folder / "data")


def catalogue_is_good(folder):
    shapes = SCHEMAS / "dcat-ap-3.0.1-SHACL.ttl"
    arguments = ["--shacl", shapes, "--data-file-format", "json-ld", "catalog.jsonld"]
    return agrees("pyshacl", "pyshacl", *arguments, folder=folder)


def replace(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@every_example
def test_the_data_package_of_an_example_is_good(folder):
    assert data_package_is_good(folder)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("data/counts.csv", ",policy_messages,", ",policy_messages,-"),
        ("data/responses.csv", "GB-GOR-D10", "GB-GOR-D99"),
    ],
    ids=["a negative count", "a body without a title"],
)
def test_a_broken_data_package_is_not(example, file, old, new):
    replace(example / file, old, new)

    assert not data_package_is_good(example)


@every_example
def test_the_descriptor_of_an_example_is_good(folder):
    assert descriptor_is_good(folder)


def test_a_descriptor_without_its_tables_is_not(example):
    about = json.loads((example / "datapackage.json").read_text(encoding="utf-8"))
    del about["resources"]
    (example / "datapackage.json").write_text(json.dumps(about), encoding="utf-8")

    assert not descriptor_is_good(example)


@pytest.mark.parametrize(("folder", "table"), TABLES)
def test_a_table_of_an_example_is_what_its_csvw_says(folder, table):
    assert csvw_is_good(folder, table)


@pytest.mark.parametrize(("old", "new"), [(",policy_messages,", ",policy_messages,many"), ("E1", "F1")])
def test_a_table_that_is_not_what_its_csvw_says_is_found_out(example, old, new):
    replace(example / "data/counts.csv", old, new)

    assert not csvw_is_good(example)


@every_example
def test_the_catalogue_of_an_example_is_good(folder):
    assert catalogue_is_good(folder)


@pytest.mark.parametrize("missing", ["dct:title", "dcat:accessURL"])
def test_a_catalogue_that_lacks_something_is_not(example, missing):
    file = example / "catalog.jsonld"
    file.write_text(file.read_text(encoding="utf-8").replace(f'"{missing}"', '"foaf:page"'), encoding="utf-8")

    assert not catalogue_is_good(example)
