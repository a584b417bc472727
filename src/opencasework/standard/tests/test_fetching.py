"""Validating what stands on the web: the public web, within limits, and nothing behind it."""

import contextlib
import http.server
import socket
import threading
import time
from datetime import date
from functools import partial
from urllib.parse import urlsplit

import pytest

from opencasework.standard import fetching
from opencasework.standard.examples import wexcombe_north
from opencasework.standard.fetching import Fetch, fetch_files
from opencasework.standard.files import PublicationError
from opencasework.standard.tests.publishing import files_of
from opencasework.standard.validate import validate

TODAY = date(2026, 11, 22)


class Server(http.server.SimpleHTTPRequestHandler):
    """Serves the example, and under other names what a hostile server would do."""

    protocol_version = "HTTP/1.0"

    def do_GET(self):
        name = self.path.strip("/")
        if name.startswith("to="):
            self.send_response(302)
            self.send_header("Location", name.removeprefix("to="))
            self.end_headers()
        elif name == "endless":
            self.send_response(200)
            self.end_headers()
            while True:
                self.wfile.write(b"x" * 65_536)
        elif name == "dripping":
            self.send_response(200)
            self.end_headers()
            while True:
                self.wfile.write(b"x")
                time.sleep(0.05)
        elif name == "short":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"x")
        else:
            super().do_GET()

    def log_message(self, *arguments):
        pass

    def handle(self):
        with contextlib.suppress(OSError):  # who asked has had enough
            super().handle()


@pytest.fixture(scope="module")
def site():
    handler = partial(Server, directory=str(wexcombe_north.FOLDER))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def refusal(url, **options):
    with pytest.raises(PublicationError) as refused:
        fetch_files(url, **{"private": True, **options})
    return str(refused.value)


def test_a_publication_on_the_web_is_validated_like_its_folder(site):
    report = validate(site, today=TODAY, private=True)

    assert report.ok
    assert [found.rule for found in report.findings] == ["synthetic", "example-area"]


def test_everything_the_descriptor_names_is_fetched_and_nothing_else(site):
    fetched = fetch_files(f"{site}datapackage.json", private=True)

    folder = files_of(wexcombe_north.FOLDER)
    assert fetched == {name: folder[name] for name in fetched}
    assert set(folder) - set(fetched) == {
        "LICENCE.txt",
        "README.md",
        "catalog.jsonld",
        "data/counts.csv-metadata.json",
    }


def test_an_address_inside_a_private_network_is_refused(site):
    report = validate(site, today=TODAY)

    (found,) = report.findings
    assert found.message == (
        "127.0.0.1 is inside a private network (127.0.0.1); give an address on the public web."
    )


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "2002:0a00:0001::",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::1",
        "::127.0.0.1",
        "fec0::1",
        "192.0.0.192",
        "168.63.129.16",
    ],
)
def test_a_name_that_leads_into_a_private_network_is_refused(address, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: [(0, 0, 0, "", (address, 80))])

    with pytest.raises(PublicationError, match="inside a private network"):
        Fetch().get("http://innocent.example/")


def test_an_address_of_the_public_web_is_not_private():
    assert fetching._is_public("93.184.216.34")
    assert fetching._is_public("2606:2800:220:1:248:1893:25c8:1946")


def test_a_redirect_to_a_file_is_not_followed(site):
    said = refusal(f"{site}to=file:///etc/passwd")

    assert said == "file:///etc/passwd is not an address on the web; give one with https://."


def test_a_redirect_into_the_private_network_is_not_followed(site, monkeypatch):
    monkeypatch.setattr(fetching, "_is_public", lambda address: address == "127.0.0.1")

    said = refusal(f"{site}to=http://10.0.0.1/", private=False)

    assert said == "10.0.0.1 is inside a private network (10.0.0.1); give an address on the public web."


def test_redirects_in_a_circle_end(site):
    said = refusal(f"{site}to=to=to=to=to=to=to=to=")

    assert "leads on more than 5 times" in said


def test_an_answer_without_end_is_cut_off(site):
    fetch = Fetch(private=True, bytes_left=1_000_000)
    with pytest.raises(PublicationError, match="endless does not end; a publication may have at most 200 MB"):
        fetch.get(f"{site}endless")


def test_an_answer_that_drips_is_cut_off(site):
    assert refusal(f"{site}dripping", seconds=0.3).endswith(
        "dripping took longer than 0.3 seconds; download it and check the file."
    )


def test_once_its_time_is_over_a_fetch_asks_for_nothing_more(site):
    fetch = Fetch(private=True, seconds=0)

    with pytest.raises(PublicationError, match="took longer than"):
        fetch.get(f"{site}datapackage.json")


def test_a_connection_that_is_cut_while_it_is_made_is_not_used(site):
    port = urlsplit(site).port
    connection = fetching._Pinned("127.0.0.1", ("127.0.0.1", port), secure=False)
    connection.cut()

    with pytest.raises(TimeoutError):
        connection.request("GET", "/")


def test_an_answer_that_breaks_off_is_told(site):
    assert refusal(f"{site}short").endswith("short ended 999 bytes too early; try again.")


def test_what_is_not_there_is_told_by_its_number(site):
    assert refusal(f"{site}nothing.json").endswith("nothing.json answered 404; check the address.")


@pytest.mark.parametrize(
    "url", ["http://", "http://[::1", "https://exa mple.org/", "http://a.example:99999/", "http://x.invalid/"]
)
def test_what_is_no_address_is_one_sentence(url):
    assert refusal(url)
