"""The one command, `casework`. A part is loaded only when asked for, so every command starts fast."""

from __future__ import annotations

import importlib
import os
import sys

import click

from opencasework import __version__

# name -> (module, attribute, help); the help stands here so that `casework --help` loads nothing.
COMMANDS = {
    "demo": (
        "opencasework.office.config.cli",
        "demo",
        "A fictional office with a year's work, in the browser.",
    ),
    "init": ("opencasework.office.config.cli", "init", "Set up a new office in a home folder."),
    "serve": ("opencasework.office.config.cli", "serve", "Start the office: web pages and worker."),
    "worker": ("opencasework.office.config.cli", "worker", "Collect, send and chase, without the web pages."),
    "doctor": ("opencasework.office.config.cli", "doctor", "Check that everything an office needs is sound."),
    "audit": (
        "opencasework.office.config.audit_cli",
        "audit",
        "Verify that nothing of what was done was altered since.",
    ),
    "staff": ("opencasework.office.config.cli", "staff", "Add the people who work in the office."),
    "mailbox": (
        "opencasework.office.config.mailbox_cli",
        "mailbox",
        "Say which mailboxes to collect from, and test them.",
    ),
    "collect-mail": ("opencasework.office.config.cli", "collect_mail", "Collect every mailbox once."),
    "ingest": ("opencasework.office.config.cli", "ingest", "Take in mail from files and folders."),
    "tags": (
        "opencasework.office.config.suggesting_cli",
        "tags",
        "Say what a list of old tags could become.",
    ),
    "suggestions": (
        "opencasework.office.config.suggesting_cli",
        "suggestions",
        "What is suggested about a message, and why.",
    ),
    "places": (
        "opencasework.office.config.places_cli",
        "places",
        "Load the postcode directory: who represents whom.",
    ),
    "bodies": (
        "opencasework.office.config.bodies_cli",
        "bodies",
        "Update the directory of bodies, or bring in a list of your own.",
    ),
    "publish": (
        "opencasework.office.config.cli",
        "publish",
        "Publish a month of figures in the open standard.",
    ),
    "parse-mail": (
        "opencasework.office.inbox.reading.cli",
        "parse_mail",
        "Read one message and print it as JSON.",
    ),
    "standard": ("opencasework.standard.cli", "standard", "The open standard: validate, describe."),
    "disclosure": (
        "opencasework.standard.attacks.cli",
        "disclosure",
        "Attack what is published, before somebody else does.",
    ),
    "observatory": (
        "opencasework.observatory.cli",
        "observatory",
        "Combine publications into a public site.",
    ),
}


class LazyGroup(click.Group):
    """A group whose commands live in modules that are imported when they run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _help = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_module, _attribute, text) in COMMANDS.items()])


@click.command(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Try it: casework demo",
)
@click.version_option(__version__, prog_name="casework")
def casework() -> None:
    """Casework for the office of an elected representative, and open figures made from it."""


def main() -> None:
    """Run the command; a closed pipe or Ctrl-C ends it without a traceback."""
    try:
        casework(prog_name="casework")
    except BrokenPipeError:
        # The reader went away (`casework … | head`): nothing more to say, and nowhere to say it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    main()
