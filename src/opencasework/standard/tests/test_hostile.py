"""What strangers send to be validated: each gets a sentence, soon, and does no harm."""

import json
import os
import re
import shutil
import struct
import zipfile
from datetime import date

import pytest

from opencasework.standard import files
from opencasework.standard.checks import tables
from opencasework.standard.examples import wexcombe_north
from opencasework.standard.validate import validate

TODAY = date(2026, 11, 22)


def sentences(path):
    return [found.message for found in validate(path, today=TODAY).findings if found.level == "error"]


@pytest.fixture
def example(tmp_path):
    return shutil.copytree(wexcombe_north.FOLDER, tmp_path / "example")


def zipped(path, **more):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in wexcombe_north.FOLDER.rglob("*"):
            if file.is_file():
                archive.write(file, file.relative_to(wexcombe_north.FOLDER))
        for name, data in more.items():
            archive.writestr(name, data)
    return path


def test_a_zip_bomb_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LARGEST_FILE", 2_000_000)
    bomb = zipped(tmp_path / "bomb.zip", zeros=b"\0" * 2_000_000)

    assert bomb.stat().st_size < 50_000
    (said,) = sentences(bomb)
    assert said.startswith("bomb.zip has 2,0")
    assert said.endswith("bytes; a publication may have at most 2 MB.")


def test_a_zip_that_lies_about_its_sizes_is_read_no_further_than_it_says(tmp_path):
    bomb = zipped(tmp_path / "bomb.zip", zeros=b"\0" * 10_000_000)
    data = bomb.read_bytes().replace(struct.pack("<I", 10_000_000), struct.pack("<I", 10))
    bomb.write_bytes(data)

    (said,) = sentences(bomb)
    assert said.startswith("bomb.zip cannot be read as a zip file")


def test_a_zip_of_very_many_files_is_not_listed(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MOST_FILES", 50)
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for number in range(files.MOST_FILES + 1):
            archive.writestr(str(number), b"")

    assert sentences(tmp_path / "many.zip") == [
        "many.zip holds more than 50 files; give the publication's own folder."
    ]


def test_a_zip_whose_list_alone_is_enormous_is_not_read(tmp_path):
    path = zipped(tmp_path / "long.zip")
    data = bytearray(path.read_bytes())
    end = data.rfind(b"PK\x05\x06")
    struct.pack_into("<I", data, end + 12, 2**31)
    path.write_bytes(bytes(data))

    assert sentences(path) == ["long.zip holds more than 10,000 files; give the publication's own folder."]


@pytest.mark.parametrize(
    "name", ["../../etc/cron.d/x", "/etc/passwd", "C:/x", "a\\..\\x", "././/etc/x", "./x", "a//b"]
)
def test_a_zip_that_leads_out_of_itself_is_refused(name, tmp_path):
    (said,) = sentences(zipped(tmp_path / "sent.zip", **{name: b"x"}))

    assert said.startswith("sent.zip holds ")
    assert said.endswith("which leads out of it; zip the folder anew.")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_with_two_files_of_one_name_is_refused(tmp_path):
    (said,) = sentences(zipped(tmp_path / "sent.zip", **{"datapackage.json": b"{}"}))

    assert said == "sent.zip holds 'datapackage.json' twice; zip the folder anew."


def test_a_field_without_end_is_one_sentence(example):
    counts = example / "data/counts.csv"
    counts.write_bytes(counts.read_bytes() + b'"' + b"x" * 5_000_000)

    (said,) = sentences(example)
    assert re.match(r"Line \d+ of data/counts.csv is not CSV \(field larger than field limit", said)


def test_a_file_of_ten_gigabytes_is_not_read(example):
    os.truncate(
        example / "data/counts.csv", 10_000_000_000
    )  # with nothing in it, so the disk holds none of it

    (said,) = sentences(example)
    assert said.startswith("data/counts.csv has 10,000,")
    assert said.endswith("bytes; a publication may have at most 200 MB.")


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1", "cp1252"])
def test_another_encoding_is_one_sentence(encoding, example):
    bodies = example / "codes/bodies.csv"
    text = bodies.read_text(encoding="utf-8").replace(
        "HM Passport Office", "Swyddfa Basbortau Ei Fawrhydi, tŷ"
    )
    bodies.write_bytes(text.replace("ŷ", "ŷ" if encoding == "utf-16" else "ô").encode(encoding))

    said = [sentence for sentence in sentences(example) if "codes/bodies.csv" in sentence]
    assert len(said) == 1
    assert said[0].endswith("save the table as CSV (UTF-8).")


@pytest.mark.parametrize("text", ["=1+1", "+44", "@SUM(A1)", "-2+3", "\t=1"])
def test_a_formula_is_told_where_it_stands(text, example):
    bodies = example / "codes/bodies.csv"
    bodies.write_text(
        bodies.read_text(encoding="utf-8").replace("HM Passport Office", text), encoding="utf-8"
    )

    (said,) = sentences(example)
    assert said.startswith("The title in line 4 of codes/bodies.csv begins with ")


def test_a_descriptor_that_never_stops_nesting_is_one_sentence(example):
    (example / "datapackage.json").write_text("[" * 100_000, encoding="utf-8")

    (said,) = sentences(example)
    assert said.startswith("datapackage.json is not JSON")


def test_a_pipe_instead_of_a_file_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    (said,) = sentences(tmp_path / "pipe")
    assert said.endswith("is neither a folder nor a file; give the publication's folder or zip file.")


def described_by(path, descriptor):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("datapackage.json", descriptor)
    return sentences(path)


def test_a_descriptor_that_is_far_too_large_is_not_judged_word_by_word(tmp_path):
    said = described_by(tmp_path / "sent.zip", b"[" + b"{}," * 1_000_000 + b"{}]")

    assert any("at most 2 MB make sense" in each for each in said)


def test_of_very_many_breaches_only_the_first_are_worded(tmp_path):
    resources = json.dumps({"resources": [{} for _ in range(20_000)]}).encode()

    assert len(described_by(tmp_path / "sent.zip", resources)) <= tables.MOST_ROWS
