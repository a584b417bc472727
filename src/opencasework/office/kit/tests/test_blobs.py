"""A blob is written once and given back byte for byte."""

import hashlib
import os

import pytest

from opencasework.office.kit.blobs import BlobDamaged, BlobStore


@pytest.fixture
def blobs(tmp_path):
    return BlobStore(tmp_path / "blobs")


def test_what_is_put_is_given_back(blobs):
    name = blobs.put(b"Dear Ms Shah")

    assert name == hashlib.sha256(b"Dear Ms Shah").hexdigest()
    assert blobs.read(name) == b"Dear Ms Shah"
    with blobs.open(name) as file:
        assert file.read() == b"Dear Ms Shah"


def test_putting_the_same_again_changes_nothing(blobs):
    first = blobs.put(b"x")
    before = blobs.path(first).stat().st_ino

    assert blobs.put_many([b"x", b"y", b"x"])[0] == first
    assert blobs.path(first).stat().st_ino == before
    assert set(blobs.names()) == {first, hashlib.sha256(b"y").hexdigest()}


def test_a_damaged_blob_is_not_given_out(blobs):
    name = blobs.put(b"one thing")
    blobs.path(name).chmod(0o600)
    blobs.path(name).write_bytes(b"other one")

    with pytest.raises(BlobDamaged, match="Restore it from a backup"):
        blobs.read(name)


def test_a_shortened_blob_is_mended_by_putting_it_again(blobs):
    name = blobs.put(b"whole")
    os.chmod(blobs.path(name), 0o600)
    os.truncate(blobs.path(name), 2)

    blobs.put(b"whole")

    assert blobs.read(name) == b"whole"


def test_nobody_but_the_office_can_read_it(blobs):
    path = blobs.path(blobs.put(b"private"))

    assert path.stat().st_mode & 0o777 == 0o400
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_name_cannot_lead_elsewhere(blobs):
    with pytest.raises(ValueError, match="is not a SHA-256"):
        blobs.read("../../secret")


def test_a_deleted_blob_is_gone(blobs):
    name = blobs.put(b"x")

    blobs.delete(name)
    blobs.delete(name)

    assert not blobs.exists(name)
