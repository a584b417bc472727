"""`casework parse-mail FILE`: one message as JSON, for a person or a program, without an office."""

import json
from pathlib import Path
from typing import Any

import click

from . import limits, message
from .forked import ForkedReader
from .reader import Reading
from .structure import AttachmentFacts, written


def as_json(reading: Reading) -> dict[str, Any]:
    """The shape others script against: people as `Name <a@b>`, then everything else we read."""
    facts = dict(reading.facts)
    sender = reading.facts["sender"]
    first = {
        "message_id": facts.pop("message_id"),
        "from": written(sender),
        "to": [written(each) for each in reading.facts["to"]],
        "cc": [written(each) for each in reading.facts["cc"]],
        "subject": facts.pop("subject"),
        "date": facts.pop("date"),
        "text": facts.pop("text"),
        "reply_text": facts.pop("reply_text"),
        "attachments": [_file(each) for each in reading.facts["attachments"]],
    }
    for key in ("to", "cc", "attachments", "sender"):
        facts.pop(key)
    facts["reply_to"] = [written(each) for each in reading.facts["reply_to"]]
    return {**first, **facts}


def _file(facts: AttachmentFacts) -> dict[str, Any]:
    """A file as its sender named it: the name is empty where there was none."""
    return {
        "filename": facts["given_name"],
        "size": facts["size"],
        "content_type": facts["content_type"],
        "inline": facts["inline"],
        "content_id": facts["content_id"],
        "shown_as": facts["filename"],
    }


@click.command(name="parse-mail")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
def parse_mail(file: Path) -> None:
    """Print one mail as JSON: who, when, its text, what is new in it, its attachments.

    \b
    Example: casework parse-mail letter.eml
    Use - to read standard input. Exit status 1 when the file is not a mail or cannot be read.
    """
    if str(file) != "-" and not file.is_file():
        raise click.ClickException(
            f"{file} is not a regular file. Save it in one, or use - for standard input."
        )
    with click.open_file(str(file), "rb") as stream:
        raw = stream.read(limits.MESSAGE_BYTES + 1)
    if not message.has_headers(raw):
        raise click.ClickException(
            f"{file} is not a mail: it does not begin with headers such as From and Subject."
        )
    with ForkedReader() as reader:
        reading = reader.read(raw)
    click.echo(json.dumps(as_json(reading), ensure_ascii=False, indent=2))
    if reading.facts["unreadable"]:
        raise click.ClickException(reading.facts["unreadable"])
