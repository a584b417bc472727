"""Behind a proxy on this machine, the office knows who visits and that they came by TLS."""

from __future__ import annotations

import threading
import urllib.request

import pytest
from waitress.server import create_server

from opencasework.office.config.serving import free_port, serve_pages


@pytest.fixture
def answered(monkeypatch, settings):
    """What an application behind our server is told of a request that came through a proxy."""

    def ask() -> dict[str, str]:
        told: dict[str, str] = {}
        servers = []

        def application(environ, start_response):
            told.update({name: str(value) for name, value in environ.items() if isinstance(value, str)})
            start_response("200 OK", [])
            return [b"ok"]

        def creating(_application, **options):
            servers.append(create_server(application, **options))
            return servers[0]

        monkeypatch.setattr("waitress.server.create_server", creating)
        listener = free_port(0)
        port = listener.getsockname()[1]
        ready = threading.Event()
        serving = threading.Thread(target=serve_pages, args=(listener,), kwargs={"started": ready.set})
        serving.start()
        ready.wait(10)
        headers = {"X-Forwarded-For": "198.51.100.77", "X-Forwarded-Proto": "https"}
        request = urllib.request.Request(f"http://localhost:{port}/", headers=headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            answer.read()
        servers[0].trigger.pull_trigger(servers[0].close)
        servers[0].maintenance(0)
        serving.join(10)
        return told

    return ask


def test_behind_tls_the_proxy_says_who_visits(answered, settings):
    settings.TLS = True

    told = answered()

    assert told["REMOTE_ADDR"] == "198.51.100.77"
    assert told["wsgi.url_scheme"] == "https"
    assert told["HTTP_X_FORWARDED_FOR"] == "198.51.100.77"


def test_without_a_proxy_a_visitor_cannot_say_who_they_are(answered, settings):
    settings.TLS = False

    told = answered()

    assert told["REMOTE_ADDR"] == "127.0.0.1"
    assert "HTTP_X_FORWARDED_FOR" not in told
