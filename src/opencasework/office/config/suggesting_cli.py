"""`casework tags` and `casework suggestions`: what the words of tags and messages mean."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import click

from opencasework.office.config.cli import HOME
from opencasework.office.config.start import plain_errors, use_home
from opencasework.office.inbox.learning import keywords
from opencasework.office.inbox.learning.blending import About, about
from opencasework.office.inbox.learning.tag_groups import grouped
from opencasework.office.inbox.learning.weights import Weights

FILE = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
LARGEST = 25_000_000  # bytes


def _text(file: Path) -> str:
    with click.open_file(str(file), "rb") as stream:
        return bytes(stream.read(LARGEST)).decode("utf-8-sig", errors="replace")


@click.group()
def tags() -> None:
    """The tags an office brings along."""


@tags.command("suggest", epilog="Example: casework tags suggest old-tags.csv")
@click.argument("file", type=FILE)
def suggest(file: Path) -> None:
    """Print as JSON what a list of tags could become: groups of into, tags, sure and reason.

    FILE is a CSV of tag and count, with or without those words as its first line; - reads standard input.
    It needs no office, and changes nothing.
    """
    counts: dict[str, int] = {}
    try:
        for number, row in enumerate(csv.reader(_text(file).splitlines()), start=1):
            tag = row[0].strip() if row else ""
            count = row[1].strip().replace(",", "") if len(row) > 1 else "1"
            if not tag or (number == 1 and not count.isdecimal()):
                continue
            if not count.isdecimal():
                raise click.ClickException(
                    f"Line {number} of {file}: “{count}” is no count. Write a tag, a comma, and a number."
                )
            counts[tag] = counts.get(tag, 0) + int(count)
    except csv.Error as problem:
        raise click.ClickException(f"{file} is no CSV: {problem}.") from problem
    if not counts:
        raise click.ClickException(
            f"{file} holds no tags. Write one a line, a comma, and how often it is used."
        )
    click.echo(json.dumps([group.as_json() for group in grouped(counts)], ensure_ascii=False, indent=1))


@click.group()
def suggestions() -> None:
    """What is suggested about a message, and what it was learned from."""


@suggestions.command("train", epilog="Example: casework suggestions train --home /srv/office")
@HOME
def train(home: Path | None) -> None:
    """Learn now from what was filed, instead of waiting for the worker."""
    use_home(home)
    with plain_errors():
        from opencasework.office.inbox.models import Lesson
        from opencasework.office.inbox.suggesting import lessons, teaching

        if not lessons.wanted():
            raise click.ClickException("Suggestions are off. Switch them on under Settings, Suggestions.")
        teaching.ask()
        done = teaching.learn_when_due()
        lesson = Lesson.objects.order_by("-pk").first()
    if not done or lesson is None:
        why = lesson.problem if lesson and lesson.problem else "Another worker is learning just now."
        raise click.ClickException(why)
    click.echo(f"Learned from {lesson.messages} messages on {len(lesson.cases)} cases.")


@suggestions.command("results", epilog="Example: casework suggestions results --home /srv/office")
@HOME
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def results(home: Path | None, as_json: bool) -> None:
    """Say how often what was suggested lately is what people decided: counts, and nothing of any message."""
    use_home(home)
    with plain_errors():
        from opencasework.office.inbox.suggesting import results as kept

        shares, decided = kept.shares_of_the_office()
    if as_json:
        rows = [
            {"what": one.label, "suggested": one.suggested, "first": one.first, "among": one.among}
            for one in shares
        ]
        click.echo(json.dumps({"days": kept.COUNTED_DAYS, "messages": decided, "shares": rows}, indent=1))
        return
    click.echo(f"{decided} messages put on cases in the last {kept.COUNTED_DAYS} days.")
    for one in shares:
        right = f"the first was right {one.first}, one of them {one.among}"
        click.echo(f"{one.label:18} suggested {one.suggested}, {right}")


@suggestions.command("show", epilog="Example: casework suggestions show letter.eml")
@HOME
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def show(home: Path | None, file: Path, as_json: bool) -> None:
    """Say what a mail, or a plain text whose first line is the subject, may be about, and why.

    Without an office in the home folder it goes by the words of the code list alone.
    """
    subject, text = _message(file)
    weights: Weights | None = None
    try:
        use_home(home)
    except click.ClickException:
        if home is not None:
            raise
    else:
        with plain_errors():
            from opencasework.office.inbox.suggesting import lessons

            weights = lessons.in_force() if lessons.wanted() else None
    found = about(subject, text, keywords=keywords.of_the_code_list(), weights=weights)
    labels = {row["code"]: row["label"] for row in keywords.lists()}
    if as_json:
        click.echo(json.dumps([_as_json(each, labels) for each in found], ensure_ascii=False, indent=1))
    else:
        for each in found:
            click.echo(f"{each.code:12} {labels[each.code]} ({each.share:.0%}): {', '.join(each.because)}")
    if not found:
        click.echo("Its words say nothing about a category.", err=True)
        sys.exit(1)


def _message(file: Path) -> tuple[str, str]:
    from opencasework.office.inbox.reading import message
    from opencasework.office.inbox.reading.forked import ForkedReader

    with click.open_file(str(file), "rb") as stream:
        raw = bytes(stream.read(LARGEST))
    if message.has_headers(raw):
        with ForkedReader() as reader:
            facts = reader.read(raw).facts
        return facts["subject"], facts["reply_text"] or facts["text"]
    subject, _, text = raw.decode("utf-8-sig", errors="replace").partition("\n")
    return subject.strip(), text


def _as_json(found: About, labels: dict[str, str]) -> dict[str, object]:
    return {
        "category": found.code, "label": labels[found.code], "share": round(found.share, 4),
        "because": found.because, "learned": found.is_learned,
    }  # fmt: skip
