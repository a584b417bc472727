"""Fetching a publication from the web, from strangers: only so much, only so long, and only from the web.

A validator that anybody can give an address to must not become a way into the network it runs in. So only
http and https are followed, also after a redirect; a name has to lead to public addresses only, and the
connection is made to the very address that was looked at, so that a name cannot change its mind in
between; and a fetch has one limit of time and one of size over everything it takes.
"""

import http.client
import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parsedate_to_datetime
from io import BytesIO
from urllib.parse import unquote, urljoin, urlsplit

from opencasework.standard.files import LARGEST_FILE, PublicationError, is_inside, unzip

LONGEST = 60.0  # seconds for all of a publication
PATIENCE = 10.0  # seconds without a byte
MOST_REDIRECTS = 5
_PIECE = 65_536
# Within "global" space and yet not of the web: translations and old forms that lead to other addresses, and
# the addresses at which cloud providers answer their own machines.
_NEVER_PUBLIC: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = tuple(
    ipaddress.ip_network(each)
    for each in ("64:ff9b:1::/48", "::/96", "fec0::/10", "192.0.0.0/24", "168.63.129.16/32")
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # an IPv4 address in IPv6 clothes
_DESCRIPTOR = "datapackage.json"


class NotNow(PublicationError):
    """A publication cannot be had at the moment, which may be different in a while."""


@dataclass(frozen=True)
class Kept:
    """What an address held when it was last asked, and the marks by which its server knows that it does."""

    body: bytes
    etag: str = ""
    modified: str = ""

    @property
    def headers(self) -> dict[str, str]:
        marks = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: mark for name, mark in marks.items() if mark}


@dataclass
class Fetch:
    """The fetching of one publication. `private` allows addresses of this machine and its network too.

    `kept` is what is here already by address: a server that knows its marks need not send it again. `had` is
    the same of this fetch.
    """

    private: bool = False
    seconds: float = LONGEST
    bytes_left: int = LARGEST_FILE
    kept: Mapping[str, Kept] = field(default_factory=dict)
    had: dict[str, Kept] = field(default_factory=dict)
    _ends: float = field(init=False)

    def __post_init__(self) -> None:
        self._ends = time.monotonic() + self.seconds

    def get(self, url: str) -> tuple[str, bytes]:
        """Return the address a URL ends at after redirects, and what is there. Raises PublicationError."""
        for _ in range(MOST_REDIRECTS + 1):
            status, location, body = self._request(url)
            if status in (301, 302, 303, 307, 308) and location:
                url = urljoin(url, location)
                continue
            if status == 304 and url in self.kept:
                self.had[url] = self.kept[url]
                return url, self.kept[url].body
            if status == 429 or status >= 500:
                raise NotNow(f"{url} answered {status}; try again later.")
            if status != 200:
                raise PublicationError(f"{url} answered {status}; check the address.")
            return url, body
        raise PublicationError(f"{url} leads on more than {MOST_REDIRECTS} times; give the last address.")

    def _request(self, url: str) -> tuple[int, str, bytes]:
        if time.monotonic() >= self._ends:
            raise self._too_slow(url)
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise PublicationError(f"{url[:200]} is not an address ({error}); check it.") from error
        if parts.scheme not in ("http", "https") or not host:
            raise PublicationError(f"{url[:200]} is not an address on the web; give one with https://.")
        address = self._address(host, port or (443 if parts.scheme == "https" else 80))
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection = _Pinned(host, address, secure=parts.scheme == "https")
        # A server that sends a byte now and then would outlast any timeout between two bytes.
        alarm = threading.Timer(max(0.01, self._ends - time.monotonic()), connection.cut)
        alarm.start()
        try:
            marks = self.kept[url].headers if url in self.kept else {}
            connection.request("GET", path, headers={"User-Agent": "open-casework-validator", **marks})
            answer = connection.getresponse()
            body = self._read(url, answer) if answer.status == 200 else b""
            if answer.status == 200:
                self.had[url] = Kept(body, answer.getheader("ETag", ""), _sure_time(answer))
            return answer.status, answer.getheader("Location", ""), body
        except (OSError, http.client.HTTPException, ValueError) as error:
            if time.monotonic() >= self._ends:
                raise self._too_slow(url) from error
            why = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise NotNow(f"{url} cannot be fetched ({why}); check the address.") from error
        finally:
            alarm.cancel()
            connection.close()

    def _read(self, url: str, answer: http.client.HTTPResponse) -> bytes:
        pieces = []
        while piece := answer.read1(_PIECE):
            pieces.append(piece)
            self.bytes_left -= len(piece)
            if self.bytes_left < 0:
                limit = LARGEST_FILE // 1_000_000
                raise PublicationError(f"{url} does not end; a publication may have at most {limit} MB.")
            if time.monotonic() >= self._ends:
                raise self._too_slow(url)
        if answer.length:  # fewer bytes came than were announced
            raise NotNow(f"{url} ended {answer.length:,} bytes too early; try again.")
        return b"".join(pieces)

    def _too_slow(self, url: str) -> NotNow:
        return NotNow(f"{url} took longer than {self.seconds:g} seconds; download it and check the file.")

    def _address(self, host: str, port: int) -> tuple[str, int]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NotNow(f"There is no server called {host}; check the address.") from error
        addresses = [str(each[4][0]) for each in found]
        for address in addresses:
            if not self.private and not _is_public(address):
                raise PublicationError(
                    f"{host} is inside a private network ({address}); give an address on the public web."
                )
        return addresses[0], port


def _sure_time(answer: http.client.HTTPResponse) -> str:
    """The time of the last change, where it is long enough ago that none can follow in the same second.

    RFC 9110, section 8.8.2.2: else a server that tells seconds would say "not modified" of what was.
    """
    changed, now = answer.getheader("Last-Modified", ""), answer.getheader("Date", "")
    try:
        settled = parsedate_to_datetime(now) - parsedate_to_datetime(changed) >= timedelta(minutes=1)
    except (ValueError, TypeError):
        return ""
    return changed if settled else ""


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None) or ip
    if isinstance(inner, ipaddress.IPv6Address) and inner in _NAT64:
        inner = ipaddress.IPv4Address(int(inner) & 0xFFFFFFFF)
    return inner.is_global and not inner.is_multicast and not any(inner in each for each in _NEVER_PUBLIC)


class _Pinned(http.client.HTTPConnection):
    """A connection to an address already looked at, for the server called `host`."""

    def __init__(self, host: str, address: tuple[str, int], *, secure: bool) -> None:
        super().__init__(host, address[1], timeout=PATIENCE)
        self._address, self._secure, self._is_cut = address, secure, False
        self.default_port = 443 if secure else 80  # so that the Host header names only unusual ports

    def connect(self) -> None:
        plain = socket.create_connection(self._address, timeout=PATIENCE)
        self.sock = plain
        if self._is_cut:  # the time was over while the connection was made
            plain.close()
            raise TimeoutError("the time is over")
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)

    def cut(self) -> None:
        """End the connection from another thread, also one that is only being made."""
        self._is_cut = True
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:  # it ended by itself just now
                return


def fetch_files(
    url: str, *, private: bool = False, seconds: float = LONGEST, fetch: Fetch | None = None
) -> dict[str, bytes]:
    """Return the files of the publication at a URL: of its folder, its datapackage.json, its zip file.

    Fetches datapackage.json and what it names. Raises PublicationError, one sentence, when something
    cannot be had. What it names outside the publication is left alone; the validator says so. `fetch` is one
    that knows what is here already.
    """
    fetch = fetch or Fetch(private=private, seconds=seconds)
    if url.endswith("/"):
        url += _DESCRIPTOR
    end, body = fetch.get(url)
    if body.startswith(b"PK\x03\x04"):
        return unzip(unquote(urlsplit(end).path.rpartition("/")[2]) or url, BytesIO(body))
    if urlsplit(end).path.endswith("/registry.json"):
        return {"registry.json": body}
    contents = {_DESCRIPTOR: body}
    for name in _named_in(body):
        try:
            contents[name] = fetch.get(urljoin(end, name))[1]
        except PublicationError as error:
            if " answered 404" not in str(error):  # the validator says which file is not there
                raise
    return contents


def _named_in(descriptor: bytes) -> list[str]:
    """The files that a datapackage.json names; none when it cannot be read, which the validator says."""
    try:
        resources = json.loads(descriptor.decode("utf-8-sig"))["resources"]
        named = [each[key] for each in resources for key in ("path", "schema") if key in each]
    except (ValueError, RecursionError, KeyError, TypeError):
        return []
    return sorted({name for name in named if isinstance(name, str) and is_inside(name)})[:100]
