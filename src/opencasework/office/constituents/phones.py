"""Telephone numbers: read as people write them, kept as usually written, warned about, never refused."""

from __future__ import annotations

import re

import phonenumbers

HERE = "GB"  # a number without a country's code is dialled from here
LONGEST = 40  # characters
# Ofcom keeps these for film and television; they ring nowhere, which is why invented people have them.
DRAMA = re.compile(r"(?:0|\+?44)(?:7700900|808157|1632960|3069990|1914980|1134960|2079460)\d{2,3}")
NOT_A_NUMBER = "This does not look like a telephone number. It is kept as you wrote it."
WRONG_LENGTH = "This has too many or too few digits for a telephone number. It is kept as you wrote it."
NOT_IN_USE = "No such telephone number is in use, as far as we know. Check it; it is kept as you wrote it."


def _parsed(number: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(number[:LONGEST], HERE)
    except phonenumbers.NumberParseException:
        return None


def tidy(number: str) -> str:
    """The number as usually written: 07700 900123, +48 512 345 678. What is no number stays as it is."""
    number = " ".join(number.split())
    parsed = _parsed(number)
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        return number
    here = phonenumbers.country_code_for_region(HERE)
    how = phonenumbers.PhoneNumberFormat
    written = phonenumbers.format_number(
        parsed, how.NATIONAL if parsed.country_code == here else how.INTERNATIONAL
    )
    return written if len(written) <= LONGEST else number


def compact(number: str) -> str:
    """The digits alone, without an extension, as dialled from here: what two spellings have in common."""
    parsed = _parsed(number)
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        return "".join(character for character in number if character.isdecimal())[:LONGEST]
    national = phonenumbers.national_significant_number(parsed)
    if parsed.country_code == phonenumbers.country_code_for_region(HERE):
        return f"0{national.lstrip('0')}"
    return f"{parsed.country_code}{national}"


def link(number: str) -> str:
    """The address by which a telephone rings the number; empty where it can hardly be one."""
    parsed = _parsed(number)
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        return ""
    return f"tel:{phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)}"


def problem(number: str) -> str:
    """A sentence where this can hardly be a telephone number; empty where it can, and for an empty one."""
    if not number.strip() or DRAMA.fullmatch(compact(number)):
        return ""
    parsed = _parsed(number)
    if parsed is None:
        return NOT_A_NUMBER
    if not phonenumbers.is_possible_number(parsed):
        return WRONG_LENGTH
    return "" if phonenumbers.is_valid_number(parsed) else NOT_IN_USE
