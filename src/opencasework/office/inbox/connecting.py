"""A connection to a mailbox: signed in, or a sentence that says why not and what to do."""

from __future__ import annotations

import errno
import imaplib
import logging
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from opencasework.office.inbox import signing_in
from opencasework.office.inbox.models import Mailbox
from opencasework.office.kit.secrets import SecretUnreadable

log = logging.getLogger(__name__)

TIMEOUT = SocketTimeout(connect=15, read=60)  # seconds
# Python refuses lines over a megabyte; the list of a folder with 150,000 messages is one line.
setattr(imaplib, "_MAXLINE", 50_000_000)  # noqa: B010 - mypy knows no private names of other modules
# What servers say when the sign-in is right and the moment is wrong.
BUSY = re.compile(
    r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]|maximum number of connections|too many|temporar|try again"
    r"|throttl|rate limit|shutting down|internal error",
    re.IGNORECASE,
)
# What they say when the account is shut for a while, or until its owner does something in a browser. Each
# further try would keep it shut.
LOCKED = re.compile(
    r"too many (?:\w+ ){0,3}(?:log-?ins?|sign-?ins?|auth\w*|passwords?|attempts?|failures)\b"
    r"|(?:account|mailbox|user)\b.{0,40}\b(?:locked|blocked|suspended|frozen)|account (?:is|was|has been)"
    r"(?: temporarily)? disabled|brute.?force"
    r"|\[(?:CONTACTADMIN|EXPIRED|WEBALERT)\b|via your web browser|web login required",
    re.IGNORECASE,
)
DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
NO_ROOM = (
    "The office's own disk is full, so the mail of {address} stays on its server, where nothing is lost. "
    "Make room on the computer that runs the office; collecting then goes on by itself."
)
# What no network answers: the fault is here.
OURS = {
    *(errno.EROFS, errno.EIO, errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EEXIST),
    *(errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENXIO, errno.ESTALE),
}
NOT_KEPT = (
    "The computer that runs the office cannot keep the mail of {address} ({reason}), so it stays on its "
    "server, where nothing is lost. Ask whoever runs that computer to look at the office's folder and disk; "
    "collecting then goes on by itself."
)
NOT_GRANTED = re.compile("authenticated but not connected", re.IGNORECASE)


class CannotCollect(Exception):
    """A mailbox cannot be collected; the message is a sentence that says why and what to do."""


class Refused(CannotCollect):
    """The sign-in is refused. A person must act, and to try often would lock the account."""


class Locked(Refused):
    """The account is shut for now, so the next try is left for much longer."""


class Interrupted(CannotCollect):
    """The connection ended before the work did."""


class FolderRefused(CannotCollect):
    """One folder cannot be had; the others can."""


@dataclass(frozen=True)
class ServerFolder:
    """A folder on the server that holds messages."""

    name: str
    messages: int


@contextmanager
def connection(mailbox: Mailbox) -> Iterator[IMAPClient]:
    """The server, signed in. Raises `CannotCollect`, whatever goes wrong while it is used."""
    with _problems_as_sentences(mailbox):
        signing_in.require_consent(mailbox)
        server = _connected(mailbox)
        try:
            if mailbox.security == Mailbox.Security.STARTTLS:
                server.starttls(ssl.create_default_context())
            _sign_in(mailbox, server)
            yield server
        except BaseException:
            server.shutdown()  # no goodbye: a dead connection would keep us waiting for the answer
            raise
        try:
            server.logout()
        except (IMAPClientError, OSError):
            log.info("A mail server hung up first")  # all it had to do is done


def _connected(mailbox: Mailbox) -> IMAPClient:
    try:
        return IMAPClient(
            mailbox.host,
            port=mailbox.port,
            ssl=mailbox.security == Mailbox.Security.SSL,
            timeout=TIMEOUT,
        )
    except UnicodeError as error:  # two dots in a row, or a part too long: not a name any server can have
        raise _no_such_server(mailbox) from error


def _sign_in(mailbox: Mailbox, server: IMAPClient) -> None:
    if mailbox.sign_in == Mailbox.SignIn.PASSWORD:
        _sign_in_with_password(mailbox, server)
        return
    kept = signing_in.kept_access_token(mailbox)
    if kept:
        try:
            server.oauth2_login(mailbox.username, kept)
            return
        except LoginError as error:
            if isinstance(error.__context__, IMAPClientAbortError) or _is_for_later(str(error)):
                raise
            # Withdrawn before its time: a new one may do.
    server.oauth2_login(mailbox.username, signing_in.new_access_token(mailbox))


def _sign_in_with_password(mailbox: Mailbox, server: IMAPClient) -> None:
    password = mailbox.password
    if (mailbox.username + password).isascii():
        server.login(mailbox.username, password)
        return
    # LOGIN knows ASCII only, and what is meant by other letters is settled for PLAIN alone: UTF-8.
    if not server.has_capability("AUTH=PLAIN"):
        raise Refused(
            f"{mailbox.host} takes only plain letters, digits and signs in a user name or password, not ones "
            f"such as £ or é. Give {mailbox.address} another password there, then enter it here."
        )
    server.plain_login(mailbox.username, password)


def folders_of(server: IMAPClient) -> list[ServerFolder]:
    """Every folder that can hold messages, INBOX first."""
    found = []
    for flags, _delimiter, name in server.list_folders():
        if b"\\Noselect" in flags or b"\\NonExistent" in flags:
            continue
        try:
            status = server.folder_status(name, ["MESSAGES"])
        except IMAPClientAbortError:
            raise
        except IMAPClientError:  # may be listed, and not be opened
            continue
        found.append(ServerFolder(str(name), int(status.get(b"MESSAGES", 0))))
    return sorted(found, key=lambda folder: (folder.name.upper() != "INBOX", folder.name.casefold()))


@dataclass(frozen=True)
class Checked:
    """What there is in a mailbox we can sign in to, and what is wrong with the chosen folders."""

    folders: list[ServerFolder]
    problems: list[str]


def check(mailbox: Mailbox) -> Checked:
    """Sign in as collecting would, and open every chosen folder. Raises `CannotCollect` with a sentence."""
    problems = []
    with connection(mailbox) as server:
        for folder in mailbox.folders:
            try:
                server.select_folder(folder, readonly=True)
            except IMAPClientAbortError:
                raise
            except IMAPClientError as error:
                problem = folder_refused(mailbox, server, folder, error)
                if not isinstance(problem, FolderRefused):
                    raise problem from error
                problems.append(str(problem))
        return Checked(folders_of(server), problems)


def folder_refused(
    mailbox: Mailbox, server: IMAPClient, folder: str, error: IMAPClientError
) -> CannotCollect:
    """What to say about a folder the server does not open."""
    said = str(error)
    if NOT_GRANTED.search(said):
        return Refused(
            f"Microsoft accepts our application but has not given it the mailbox {mailbox.address}. An "
            "administrator grants it with Add-MailboxPermission; the operator guide has the command."
        )
    if BUSY.search(said):
        return Interrupted(f"{mailbox.host} is busy just now. We try again by ourselves.")
    there = [str(name) for _, _, name in server.list_folders()]
    meant = [name for name in there if re.split(r"[/.\\]", name) == re.split(r"[/.\\]", folder)]
    advice = f"Did you mean {meant[0]}?" if meant else "It was renamed or removed: choose the folders again."
    if folder in there:
        advice = f"(It says: {said[:150]})"
    return FolderRefused(f"{mailbox.host} will not give us the folder {folder}. {advice}")


@contextmanager
def _problems_as_sentences(mailbox: Mailbox) -> Iterator[None]:
    where = f"{mailbox.host}:{mailbox.port}"
    try:
        yield
    except SecretUnreadable as error:
        raise Refused(str(error)) from error
    except signing_in.AccountLocked as error:
        raise Locked(str(error)) from error
    except signing_in.SignInRefused as error:
        raise Refused(str(error)) from error
    except signing_in.SignInAway as error:
        raise CannotCollect(str(error)) from error
    except LoginError as error:
        raise _not_signed_in(mailbox, error) from error
    except socket.gaierror as error:
        raise _no_such_server(mailbox) from error
    except ssl.SSLCertVerificationError as error:
        raise _not_secure(where, error.verify_message) from error
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
        raise Interrupted(f"{where} broke off. We try again by ourselves.") from error
    except ssl.SSLError as error:
        raise _not_secure(where, error.reason) from error
    except (ConnectionResetError, BrokenPipeError, IMAPClientAbortError) as error:
        raise _broken_off(mailbox, str(error)) from error
    except OSError as error:
        raise _no_way_through(mailbox, error) from error
    except (IMAPClientError, ValueError) as error:  # a ValueError: numbers, dates or letters that are none
        raise CannotCollect(
            f"{mailbox.host} answers in a way we do not understand. We try again by ourselves; if it stays, "
            f"tell whoever runs that server.{_what_it_says(error)}"
        ) from error


def _no_way_through(mailbox: Mailbox, error: OSError) -> CannotCollect:
    """Ours is what names a file or has a number no network gives; the rest was refused or timed out there."""
    if error.errno in DISK_FULL:
        return CannotCollect(NO_ROOM.format(address=mailbox.address))
    if error.filename is not None or error.errno in OURS:
        reason = (error.strerror or type(error).__name__).lower()
        return CannotCollect(NOT_KEPT.format(address=mailbox.address, reason=reason))
    return CannotCollect(
        f"{mailbox.host}:{mailbox.port} does not answer. Check the server's name, the port and the network."
    )


def _is_for_later(said: str) -> bool:
    """Whether another try, even with another token, would do no good just now."""
    return bool(BUSY.search(said) or LOCKED.search(said))


def _what_it_says(error: Exception) -> str:
    # A ValueError quotes what could not be read, which may be somebody's mail.
    return f" (It says: {str(error)[:200]})" if isinstance(error, IMAPClientError) else ""


def _no_such_server(mailbox: Mailbox) -> CannotCollect:
    return CannotCollect(f"There is no server called {mailbox.host}. Check its name and the network.")


def _not_signed_in(mailbox: Mailbox, error: LoginError) -> CannotCollect:
    said = str(error)
    # Before what is busy: "too many failed attempts, try again later" is no server that has too much to do.
    if LOCKED.search(said):
        return Locked(
            f"{mailbox.host} has locked {mailbox.address}, as servers do after several wrong passwords, and "
            "we leave it alone for hours so that it opens again. Sign in to it in a web browser, do what it "
            "asks there, then enter the password here again, under Settings, Mailboxes."
        )
    # IMAPClient calls it a refused login too when the line goes dead meanwhile.
    if isinstance(error.__context__, IMAPClientAbortError) or BUSY.search(said):
        return _broken_off(mailbox, said)
    if NOT_GRANTED.search(said):
        return Refused(
            f"Microsoft accepts our application but has not given it the mailbox {mailbox.address}. An "
            "administrator grants it with Add-MailboxPermission; the operator guide has the command."
        )
    if mailbox.sign_in == Mailbox.SignIn.PASSWORD:
        return Refused(
            f"{mailbox.host} refuses the user name or password for {mailbox.address}. Enter them again."
        )
    return Refused(
        f"{mailbox.host} does not let {mailbox.username} in, although {signing_in.issuer(mailbox)} vouches "
        f"for us. Check that IMAP is switched on for {mailbox.address}, then sign in again under Settings, "
        "Mailboxes."
    )


def _broken_off(mailbox: Mailbox, said: str) -> Interrupted:
    if re.search("maximum number of connections|too many", said, re.IGNORECASE):
        return Interrupted(
            f"{mailbox.host} allows no further connection for {mailbox.address} just now. We try again by "
            "ourselves; if it stays, close other mail programs that use this mailbox."
        )
    return Interrupted(f"{mailbox.host}:{mailbox.port} broke off. We try again by ourselves.")


def _not_secure(where: str, reason: str | None) -> CannotCollect:
    return CannotCollect(
        f"{where} does not offer a secure connection we can trust ({reason or 'TLS failed'}). "
        "Check the port, the kind of security and the server's certificate."
    )
