"""The local server: right types, strict headers, a clear word when the port is taken."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from opencasework.observatory.serve import HOST, ServeError, server_for


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    with server_for(site, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/issues/housing/", "text/html; charset=utf-8"),
        ("/static/observatory.js", "text/javascript; charset=utf-8"),
        ("/favicon.svg", "image/svg+xml"),
        ("/data/counts-by-month-and-issue-invented-figures.csv", "text/csv; charset=utf-8"),
    ],
)
def test_files_are_sent_as_what_they_are_under_a_strict_policy(address: str, path: str, kind: str) -> None:
    with urlopen(address + path) as response:
        assert response.headers["Content-Type"] == kind
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/embed/issues/housing/", "/cy/embed/issues/housing/"])
def test_charts_made_for_it_may_stand_in_the_pages_of_others(address: str, path: str) -> None:
    with urlopen(address + path) as response:
        assert response.headers["Content-Security-Policy"].endswith("; frame-ancestors *")


def test_no_other_page_is_framed_by_calling_it_a_chart(address: str) -> None:
    with urlopen(f"{address}/embed/..%2findex.html") as response:
        assert response.headers["Content-Security-Policy"].endswith("; frame-ancestors 'none'")


@pytest.mark.parametrize("path", ["/nowhere/", "/static/", "/../pyproject.toml"])
def test_what_is_not_a_page_is_not_found(address: str, path: str) -> None:
    with pytest.raises(HTTPError, match="404"):
        urlopen(address + path)


def test_a_taken_port_is_said_in_a_sentence(site: Path) -> None:
    with server_for(site, 0) as first, pytest.raises(ServeError, match="name another with --port"):
        server_for(site, first.server_address[1])


def test_a_folder_without_a_site_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ServeError, match="build one first"):
        server_for(tmp_path, 0)
