"""What the tests need from Debian is installed by root and named to everybody else."""

from __future__ import annotations

import pytest

from tools import services, setup


@pytest.fixture
def no_dovecot(monkeypatch):
    def which(name, path=None):
        return None if name == "dovecot" else f"/usr/bin/{name}"

    monkeypatch.setattr(services.shutil, "which", which)


def test_nothing_is_installed_where_nothing_is_missing(monkeypatch):
    monkeypatch.setattr(services, "missing_packages", list)
    monkeypatch.setattr(services, "apt_install", pytest.fail)

    services.provide()


@pytest.mark.usefixtures("no_dovecot")
def test_an_ordinary_user_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(services.os, "geteuid", lambda: 1000)

    with pytest.raises(setup.SetupError, match="need these Debian packages: dovecot-imapd"):
        services.provide()


@pytest.mark.usefixtures("no_dovecot")
def test_root_installs_only_what_is_missing(monkeypatch):
    installed = []
    monkeypatch.setattr(services.os, "geteuid", lambda: 0)
    monkeypatch.setattr(services, "apt_install", installed.append)

    with pytest.raises(setup.SetupError, match="dovecot-imapd"):  # it is still not there afterwards
        services.provide()

    assert installed == [["dovecot-imapd"]]


def test_a_demo_without_pango_goes_on_and_says_what_is_missing(monkeypatch, capsys):
    monkeypatch.setattr(setup, "missing_libraries", lambda wanted: ["libpango-1.0-0"])
    monkeypatch.setattr(setup.os, "geteuid", lambda: 1000)

    setup.provide_pango()

    assert "installed: libpango-1.0-0." in capsys.readouterr().err
