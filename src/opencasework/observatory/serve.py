"""Shows a built site on this machine."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from posixpath import normpath
from urllib.parse import unquote

from opencasework.observatory.site.rendering import POLICY

HOST = "127.0.0.1"
EMBEDDED = ("/embed/", "/cy/embed/")  # charts made to stand in the pages of others
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
TYPES = {
    "": "application/octet-stream",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}


class ServeError(Exception):
    """The site cannot be served; the text is one sentence for the user."""


class _Handler(SimpleHTTPRequestHandler):
    extensions_map = TYPES

    def end_headers(self) -> None:
        # The one word a page cannot say for itself in a <meta>. A request that cannot be read has no path.
        asked = unquote(getattr(self, "path", "").partition("?")[0])
        framed_by = "*" if normpath(asked).startswith(EMBEDDED) else "'none'"
        self.send_header("Content-Security-Policy", f"{POLICY}; frame-ancestors {framed_by}")
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def list_directory(self, path: object) -> None:
        """A folder without a page is not shown: the site's links lead to pages and files only."""
        self.send_error(404, "There is no such page")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: who reads which page is nobody's business."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True


def server_for(site: Path, port: int) -> ThreadingHTTPServer:
    """A server for the site on this machine only; port 0 takes any free one.

    Raises ServeError when there is no site or the port is taken.
    """
    if not (site / "index.html").is_file():
        raise ServeError(
            f"There is no site in {site}; build one first: casework observatory build DIR --out {site}"
        )
    try:
        return _Server((HOST, port), partial(_Handler, directory=str(site)))
    except OSError as error:
        raise ServeError(
            f"Port {port} cannot be used ({error.strerror}); stop what uses it, or name another with --port."
        ) from error


def serve(site: Path, port: int) -> None:
    """Serve the site until the process is told to stop."""
    with server_for(site, port) as server:
        server.serve_forever()
