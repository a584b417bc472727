"""No secret part of an address reaches a log."""

from __future__ import annotations

import logging

import pytest

from opencasework.office.config.logs import CutSecrets

TOKEN = "k3v9-Zq_0aB7cD8eF9gH1iJ2kL3mN4oP5qR6sT7uV8w"


@pytest.mark.parametrize(
    ("words", "given", "written"),
    [
        ("Not Found: %s", (f"/calendar/{TOKEN}/",), "Not Found: /calendar/…/"),
        ("Forbidden (%s): %s", ("CSRF", f"/calendar/{TOKEN}.ics"), "Forbidden (CSRF): /calendar/….ics"),
        (f"GET /sign/{TOKEN} failed", (), "GET /sign/… failed"),
        (
            "Not Found: %s",
            ("/publications/2026-11/signature/",),
            "Not Found: /publications/2026-11/signature/",
        ),
        ("Not Found: %s", ("/cases/41/",), "Not Found: /cases/41/"),
    ],
)
def test_a_long_token_is_cut_out_of_a_line(words, given, written):
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, words, given, None)

    assert CutSecrets().filter(record)
    assert record.getMessage() == written


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["PROPFIND", "POST", "OPTIONS", "GET"])
def test_however_a_calendar_program_asks_its_token_is_in_no_line(client, method, caplog, settings):
    caplog.handler.addFilter(CutSecrets())
    for ending in (".ics", "", ".ics/"):
        client.generic(method, f"/calendar/{TOKEN}{ending}")

    assert settings.LOGGING["handlers"]["stderr"]["filters"] == ["cut_secrets"]
    assert TOKEN not in caplog.text
