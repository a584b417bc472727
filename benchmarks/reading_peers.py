"""What others read in a folder of mails, as JSON: `benchmarks.reading` runs it where they are installed."""

import base64
import json
import sys
import warnings
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import mailparser  # type: ignore[import-not-found]

Said = dict[str, Any]


def _written(name: str, address: str) -> str:
    return f"{name} <{address}>" if name and address else address or name


def with_the_library(raw: bytes) -> Said:
    """Python's own parser under `policy.default`, used as its documentation shows."""
    mail = message_from_bytes(raw, policy=policy.default)

    def people(header: str) -> list[str]:
        return [
            _written(each.display_name, each.addr_spec)
            for value in mail.get_all(header, [])
            for each in value.addresses
        ]

    body = mail.get_body(("plain", "html"))
    files = []
    for part in mail.iter_attachments() if mail.is_multipart() else ():
        content = part.get_content()
        data = (
            content
            if isinstance(content, bytes)
            else bytes(content)
            if part.is_multipart()
            else content.encode()
        )
        files.append((part.get_filename(), len(data)))
    return {
        "from": next(iter(people("from")), ""),
        "to": people("to"),
        "cc": people("cc"),
        "subject": str(mail.get("subject", "")),
        "text": body.get_content() if body else "",
        "attachments": files,
        "protection": "",
    }


def with_mail_parser(raw: bytes) -> Said:
    """The package mail-parser."""
    mail = mailparser.parse_from_bytes(raw)

    def people(pairs: list[tuple[str, str]]) -> list[str]:
        return [_written(name, address) for name, address in pairs if name or address]

    files = [
        (
            each["filename"],
            len(base64.b64decode(each["payload"])) if each["binary"] else len(each["payload"].encode()),
        )
        for each in mail.attachments
    ]
    return {
        "from": next(iter(people(mail.from_)), ""),
        "to": people(mail.to),
        "cc": people(mail.cc),
        "subject": mail.subject or "",
        "text": "\n".join(mail.text_plain or mail.text_html),
        "attachments": files,
    }


def attempt(read: Callable[[bytes], Said], raw: bytes) -> Said:
    """What it says, or nothing when it fails, as it does on some."""
    try:
        return read(raw)
    except Exception:
        return {}


def main() -> None:
    """Read every file of the folder with each of them."""
    warnings.simplefilter("ignore")
    files = sorted(Path(sys.argv[1]).iterdir())
    readers = {"standard library": with_the_library, "mail-parser": with_mail_parser}
    said = {
        name: {file.name: attempt(read, file.read_bytes()) for file in files}
        for name, read in readers.items()
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main()
