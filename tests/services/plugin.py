"""The fixtures every test in the project may ask for; loaded by pytest through pyproject.toml.

What a fixture needs is started when the first test asks, once a run. A server that is missing
fails the test with a sentence naming the package: nothing is ever skipped.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from _pytest.reports import BaseReport

from tests.services import environment

environment.prepare()  # before pytest-django, which is loaded later, reads the settings

from tests.services.dovecot import Dovecot, Mailbox  # noqa: E402
from tests.services.smtp import SmtpSink  # noqa: E402
from tests.services.tokens import TokenIssuer  # noqa: E402

if TYPE_CHECKING:
    from django.test import Client
    from playwright.sync_api import Browser, BrowserContext, Page
    from pytest_django.live_server_helper import LiveServer

    from opencasework.office.config.home import Home
    from opencasework.office.staff.models import StaffMember
    from tests.services.browser import Complaints


# The same examples on every run, and none fails because the machine is busy.
hypothesis.settings.register_profile("steady", deadline=None, derandomize=True)
hypothesis.settings.load_profile("steady")

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}


# --- nothing is skipped where it counts -----------------------------------------------------------


def _fail_in_ci(report: BaseReport) -> BaseReport:
    """In CI a test that was skipped, or expected to fail, is a test that did not do its work."""
    if report.skipped and os.environ.get("CI") == "true":
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} did not run ({why}). In CI every test runs: mend it or remove it."
        if hasattr(report, "wasxfail"):
            del report.wasxfail
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Any:
    return _fail_in_ci((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Any:
    return _fail_in_ci((yield))


def pytest_configure() -> None:
    """Hash the passwords of made-up staff quickly: Argon2 is slow on purpose, and every test signs in."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def _second_chance_for_browsers(items: list[pytest.Item]) -> None:
    """In CI a test that drives a browser is run once more when it fails, and the summary names it as RERUN.

    A browser and a busy machine can miss each other once; a fault misses twice. CASEWORK_TEST_SLOW_BROWSER
    finds the tests that do not wait.
    """
    if os.environ.get("CI") != "true":
        return
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL leave out what never asks the database or only looks: it would be the same twice."""
    _second_chance_for_browsers(items)
    if environment.chosen_database() == "sqlite":
        return
    asking: list[pytest.Item] = []
    others: list[pytest.Item] = []
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        asks = item.get_closest_marker("django_db") or fixtures & DATABASE_FIXTURES
        (asking if asks and not item.get_closest_marker("looks") else others).append(item)
    items[:] = asking
    config.hook.pytest_deselected(items=others)


def pytest_report_header() -> str:
    return f"office database: {environment.chosen_database()}"


# --- mail -----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """One IMAP server for the whole run. Most tests want `mailbox`, an account nobody else uses."""
    with Dovecot() as server:
        yield server


@pytest.fixture
def mailbox(dovecot: Dovecot) -> Mailbox:
    """An empty account on a real IMAP server: `.host .port .user .password`, `.deliver(raw)`."""
    return dovecot.add_mailbox()


@pytest.fixture(scope="session")
def _token_issuer() -> Iterator[TokenIssuer]:
    with TokenIssuer() as issuer:
        yield issuer


@pytest.fixture
def issuer(_token_issuer: TokenIssuer, settings: Any) -> TokenIssuer:
    """An issuer of OAuth 2 tokens in Microsoft's and Google's place; the office is pointed at it."""
    _token_issuer.forget()
    settings.MICROSOFT_LOGIN = _token_issuer.url
    settings.GOOGLE_CONSENT = f"{_token_issuer.url}/consent"
    settings.GOOGLE_TOKENS = f"{_token_issuer.url}/token"
    return _token_issuer


@pytest.fixture(scope="session")
def _strict_dovecot(_token_issuer: TokenIssuer) -> Iterator[Dovecot]:
    introspection = f"{_token_issuer.url}/introspect"
    with Dovecot(introspection=introspection, connections=3, access_lists=True, separator="/") as server:
        yield server


@pytest.fixture
def strict_mailbox(_strict_dovecot: Dovecot) -> Mailbox:
    """An empty account on a server with access lists, the tokens of `issuer`, and three connections each."""
    return _strict_dovecot.add_mailbox()


@pytest.fixture(scope="session")
def _smtp_server() -> Iterator[SmtpSink]:
    with SmtpSink() as sink:
        yield sink


@pytest.fixture
def smtp(_smtp_server: SmtpSink, settings: Any) -> SmtpSink:
    """A real SMTP server that keeps what the office sends; Django's mail settings point at it."""
    _smtp_server.forget()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = _smtp_server.host, _smtp_server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    return _smtp_server


# --- the office -----------------------------------------------------------------------------------


@pytest.fixture
def ana(client: Client) -> StaffMember:
    """A caseworker of an office, signed in with `client`. A test that needs another office has its own."""
    from opencasework.office.places.tests.factories import OfficeFactory
    from opencasework.office.staff.tests.factories import StaffFactory

    OfficeFactory.create()
    ana: StaffMember = StaffFactory.create(first_name="Ana", last_name="Reed")
    client.force_login(ana)
    return ana


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Home:
    """An empty home folder of this test's own, for tests that keep files."""
    from opencasework.office.config.home import Home

    settings.HOME = Home(tmp_path / "home")
    settings.HOME.root.mkdir()
    return settings.HOME  # type: ignore[no-any-return]


@dataclass
class LiveOffice:
    """The office as a web server on http://localhost, and a browser window looking at it."""

    server: LiveServer
    context: BrowserContext
    complaints: Complaints

    @property
    def url(self) -> str:
        return str(self.server.url)

    def page(self) -> Page:
        """Open a tab whose console is watched: the test fails if a script or the content policy complains."""
        return self._tab(self.context)

    def _tab(self, context: BrowserContext) -> Page:
        from tests.services.browser import act_when_it_is_there, slow_down

        page = context.new_page()
        act_when_it_is_there(page)
        if os.environ.get("CASEWORK_TEST_SLOW_BROWSER"):
            slow_down(page)
        self.complaints.watch(page)
        return page

    def sign_in(self, staff: StaffMember) -> None:
        """Give the window this person's session, as if they had signed in a moment ago."""
        from django.conf import settings
        from django.test import Client

        client = Client()
        client.force_login(staff)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.url}])

    @contextlib.contextmanager
    def window(self, size: tuple[int, int] | None = None, **options: Any) -> Iterator[Page]:
        """Another window of the same person: of this width and height, in a theme, without scripts."""
        from tests.services.browser import open_context

        browser = self.context.browser
        assert browser is not None
        if size is not None:
            options["viewport"] = {"width": size[0], "height": size[1]}
        with open_context(browser, base_url=self.url, **options) as context:
            context.add_cookies(self.context.cookies())  # type: ignore[arg-type]
            yield self._tab(context)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, started once a run."""
    from tests.services.browser import chromium

    with chromium() as started:
        yield started


@contextlib.contextmanager
def _office(live_server: LiveServer, browser: Browser, **options: Any) -> Iterator[LiveOffice]:
    from tests.services.answering import waited_for
    from tests.services.browser import Complaints, open_context

    complaints = Complaints()
    with waited_for():
        context = open_context(browser, base_url=live_server.url, **options)
        try:
            yield LiveOffice(live_server, context, complaints)
        finally:
            context.close()
    assert not complaints.lines, "The browser's console says:\n" + "\n".join(complaints.lines)


@pytest.fixture
def live_office(live_server: LiveServer, browser: Browser) -> Iterator[LiveOffice]:
    """A running office and a fresh browser window; fails at the end if the console complained."""
    with _office(live_server, browser) as office:
        yield office


@pytest.fixture
def phone(live_server: LiveServer, browser: Browser) -> Iterator[LiveOffice]:
    """The same office seen on a small phone, 320 pixels wide, with touch."""
    size = {"width": 320, "height": 640}
    with _office(live_server, browser, viewport=size, has_touch=True, is_mobile=True) as office:
        yield office
