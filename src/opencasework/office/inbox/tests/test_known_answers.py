"""Every message of the corpus gives what a good mail program shows, to the byte."""

import pytest

from opencasework.office.inbox.reading import message
from opencasework.office.inbox.reading.cli import as_json
from opencasework.office.inbox.reading.reader import Reading

from . import corpus


@pytest.mark.parametrize("name", corpus.KNOWN)
def test_a_message_gives_its_known_answer(name):
    known = corpus.KNOWN[name]

    said = as_json(Reading(*message.read(known.raw)))

    said["attachments"] = [(each["filename"], each["size"]) for each in said["attachments"]]
    assert {key: said[key] for key in known.answers} == known.answers
    assert said["unreadable"] == ""
