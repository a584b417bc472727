"""A pair of hands at the keyboard that sorts an inbox as its screen suggests, and counts what it presses."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any

from tests.services.browser import wait_for_truth

READ_THE_SCREEN = """() => {
    const text = (where) => document.querySelector(where)?.textContent ?? "";
    return {
        subject: text("h1, .reading-head h2"),
        head: text(".reading-head"),
        proposed: Boolean(document.querySelector(".actions-grid > .panel-wide")),
        outside: text(".panel-facts").includes("outside"),
        issue: Boolean(document.querySelector("#message-tags .tag")),
        people: [...document.querySelectorAll(".panel-menu [name=to]")].map((one) => one.textContent.trim()),
    };
}"""
OPENS = {"c": "**/case/", "o": "**/other-member/"}  # what opens a page first, ready to be sent
IS_A_CAMPAIGN = re.compile(r"please vote|please sign|act now|bill\b", re.IGNORECASE)
NEXT_IS_THERE = """(before) => location.href !== before && document.readyState === "complete" && (
    document.activeElement?.matches("h1") || document.querySelector(".inbox-clear, .columns-listing"))"""


@dataclass(frozen=True)
class Decided:
    """One message: what was pressed for it, and how long the office took over it."""

    subject: str
    presses: tuple[str, ...]
    seconds: float

    @property
    def keys(self) -> int:
        """Keys pressed; Ctrl Enter are two."""
        return sum(len(press.split("+")) for press in self.presses)


def decide_the_open_one(page: Any) -> Decided:
    """Do with the message on the screen what the screen suggests, and wait until the next one is there."""
    seen = page.evaluate(READ_THE_SCREEN)
    presses = _presses(seen)
    before = page.url
    started = time.perf_counter()
    for number, press in enumerate(presses):
        page.keyboard.press(press)
        if number == 0 and press in OPENS:
            page.wait_for_url(OPENS[press])
            page.wait_for_load_state()
        if press in {"t", "s"} and number == 0:  # a hand is slower than a browser that opens a menu
            wait_for_truth(page, "Boolean(document.activeElement?.closest('details[open]'))")
    wait_for_truth(page, NEXT_IS_THERE, before)
    return Decided(seen["subject"].strip(), tuple(presses), time.perf_counter() - started)


def _presses(seen: dict[str, Any]) -> list[str]:
    if seen["proposed"]:
        return ["a"]
    if "Automatic reply" in seen["head"] or "Sent to many" in seen["head"]:
        return ["e"]
    if IS_A_CAMPAIGN.search(seen["subject"]):
        return ["m"]
    if seen["outside"]:
        return ["o", "Control+Enter"]
    if seen["issue"]:
        return ["c", "Control+Enter"]
    # Nothing says what it is about: somebody who knows the person has it.
    return ["t", _initial(seen["people"])] if seen["people"] else ["s", "w"]


def _initial(people: list[str]) -> str:
    """A letter with which only one name begins."""
    letters = [name[0].lower() for name in people]
    return next(letter for letter in letters if letters.count(letter) == 1)
