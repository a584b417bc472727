"""Printing page after page in one child: the same PDFs, whatever becomes of the child."""

from __future__ import annotations

import io
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from pypdf import PdfReader

from opencasework.office.kit import pdf, press


@pytest.fixture(autouse=True)
def _no_press_before(monkeypatch):
    monkeypatch.setattr(press, "_press", None)
    yield
    if press._press is not None:
        press._press.end()


def words(printed: bytes) -> str:
    return PdfReader(io.BytesIO(printed)).pages[0].extract_text().strip()


def test_page_after_page_is_printed_by_one_child():
    assert words(pdf.printed("<p>one</p>")) == "one"
    child = press._press.child.pid

    assert words(pdf.printed("<p>two</p>")) == "two"
    assert b"/ByteRange" in pdf.printed("<p>three</p>", to_be_sealed=True)
    assert press._press.child.pid == child


def test_a_press_that_was_killed_is_made_anew():
    pdf.printed("<p>one</p>")
    os.killpg(press._press.child.pid, signal.SIGKILL)
    press._press.child.wait()

    assert words(pdf.printed("<p>two</p>")) == "two"


def test_a_page_that_takes_too_long_is_given_up_and_the_next_one_is_printed(monkeypatch):
    pdf.printed("<p>one</p>")
    with monkeypatch.context() as hurried:
        hurried.setattr(pdf, "SECONDS_TO_PRINT", 0.05)
        with pytest.raises(pdf.PdfUnavailable, match="took too long"):
            pdf.printed("<p>many</p>" * 5_000)
    assert press._press is None

    assert words(pdf.printed("<p>two</p>")) == "two"


def test_while_one_thread_prints_another_has_a_child_of_its_own():
    with ThreadPoolExecutor(3) as pool:
        printed = list(pool.map(pdf.printed, [f"<p>page {n}</p>" for n in range(3)]))

    assert [words(each) for each in printed] == ["page 0", "page 1", "page 2"]


def test_a_process_that_was_forked_does_not_talk_to_the_press_of_its_parent():
    pdf.printed("<p>one</p>")
    press._press.made_by = os.getpid() + 1
    its = press._press

    assert words(pdf.printed("<p>two</p>")) == "two"
    assert press._press is not its
    its.end()


def test_a_page_that_cannot_be_printed_is_said_and_the_press_goes_on():
    pdf.printed("<p>one</p>")
    child = press._press.child.pid
    # Bytes that are no UTF-8 kill the fork.
    assert press.printed(b"\xff\xfe", to_be_sealed=False, seconds=60) == b""

    assert words(pdf.printed("<p>two</p>")) == "two"
    assert press._press.child.pid == child


def test_it_ends_when_the_office_does():
    made = press.Press(until=time.monotonic() + 60)
    made.child.stdin.close()

    assert made.child.wait(timeout=60) == 0


def test_no_page_loads_anything_from_outside(tmp_path):
    secret = tmp_path / "secret.css"
    secret.write_text("p::after { content: 'secret' }")

    printed = pdf.printed(f'<link rel=stylesheet href="file://{secret}"><p>one</p>')

    assert words(printed) == "one"
