"""Read every mail, compare field by field, print the figures and each miss."""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from typing import Any

from benchmarks.heldout import broken, charsets, clients, harder, headers, peer, replies, systems
from benchmarks.heldout.build import Mail, OneOf
from opencasework.office.inbox.reading import message
from opencasework.office.inbox.reading.cli import as_json
from opencasework.office.inbox.reading.reader import Reading

FIELDS = ("from", "to", "cc", "subject", "text", "files", "new")
MODULES = (clients, systems, charsets, headers, broken, replies, harder)


def everything() -> list[Mail]:
    """Return every mail."""
    return [mail for module in MODULES for mail in module.mails()]


def _address(shown: str) -> tuple[str, str]:
    """Return name and address of how we show them."""
    match = re.fullmatch(r"(?:(.*) )?<([^<>]*)>", shown, re.S)
    return (match[1] or "", match[2]) if match else ("", shown)


def ours(raw: bytes) -> dict[str, Any]:
    """Return what our reader makes of a mail; a mail that raises is an empty answer."""
    try:
        read = as_json(Reading(*message.read(raw)))
    except Exception as error:  # counted as wrong everywhere
        return {"from": repr(error)}
    return {
        "from": _address(read["from"]),
        "to": [_address(shown) for shown in read["to"]],
        "cc": [_address(shown) for shown in read["cc"]],
        "subject": read["subject"],
        "text": read["text"],
        "files": [((at["filename"], at["shown_as"]), at["size"]) for at in read["attachments"]],
        "new": read["reply_text"],
    }


def _collapsed(text: object) -> str:
    """Return text without marks of quotation and with single spaces."""
    lines = (re.sub(r"^(?:\s*>)+", "", line) for line in re.split(r"\r\n|\r|\n", str(text)))
    return " ".join(" ".join(lines).replace("\xa0", " ").split())


def _words(text: object) -> str:
    """Return the words of a text made from HTML: bullets and the addresses of links are matters of taste."""
    return " ".join(re.findall(r"\w+", re.sub(r"[<(\[]?(?:https?|mailto):[^\s>)\]]*[>)\]]?", " ", str(text))))


def _same_files(found: Any, wanted: Any) -> bool:
    """Say whether the files found are those wanted, each once, and no others."""
    if found is None:
        return False
    left = list(found)
    for file in sorted(wanted, key=lambda file: file.optional):
        names = file.name if isinstance(file.name, OneOf) else (file.name,)
        sizes = file.size if isinstance(file.size, OneOf) else (file.size,)
        for one in left:
            if one[1] in sizes and (None in names or set(one[0]) & set(names)):
                left.remove(one)
                break
        else:
            if not file.optional:
                return False
    return not left


def right(field: str, mail: Mail, found: dict[str, Any]) -> bool | None:
    """Say whether an answer is right; None where none is asked for."""
    known = {
        "from": mail.sender, "to": mail.to, "cc": mail.cc, "subject": mail.subject,
        "text": mail.text, "files": mail.files, "new": mail.new,
    }[field]  # fmt: skip
    if known is None:
        return None
    answer = found.get(field)
    if answer is None:
        return False
    for one in known if isinstance(known, OneOf) else (known,):
        if field == "files":
            same = _same_files(answer, one)
        elif field == "from":
            same = tuple(answer) == tuple(one)
        elif field in ("to", "cc"):
            same = [tuple(address) for address in answer] == [tuple(address) for address in one]
        else:
            form = _words if mail.words_only and field != "subject" else _collapsed
            same = form(answer) == form(one)
        if same:
            return True
    return False


def main() -> None:
    """Print the table and the misses."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quiet", action="store_true", help="the table only")
    quiet = parser.parse_args().quiet
    mails = everything()
    counts: dict[tuple[str, str], list[bool]] = defaultdict(list)
    misses: list[str] = []
    whole = {"ours": 0, "email": 0}
    for mail in mails:
        for reader, found in (("ours", ours(mail.raw)), ("email", peer.answers(mail.raw))):
            wrong = [field for field in FIELDS if right(field, mail, found) is False]
            if reader == "email":
                wrong = [field for field in wrong if field != "new"]
            whole[reader] += not wrong
            for field in FIELDS:
                if right(field, mail, found) is not None:
                    counts[reader, field].append(field not in wrong)
            if reader == "ours":
                misses += [
                    f"{mail.name}: {field}\n    found  {found.get(field)!r}\n"
                    f"    wanted {_wanted(mail, field)!r}"
                    for field in wrong
                ]
    print(f"{len(mails)} mails\n\n| field | ours | email |\n|---|---|---|")
    for field in FIELDS:
        mine, theirs = counts["ours", field], counts["email", field]
        other = "–" if field == "new" else f"{sum(theirs)} of {len(theirs)}"
        print(f"| {field} | {sum(mine)} of {len(mine)} | {other} |")
    print(f"| all right | {whole['ours']} of {len(mails)} | {whole['email']} of {len(mails)} |")
    if not quiet:
        print("\n" + "\n".join(misses))


def _wanted(mail: Mail, field: str) -> Any:
    """Return the known answer."""
    return getattr(mail, "sender" if field == "from" else field)


if __name__ == "__main__":
    main()
