"""Postcodes: their form, and the one way we write them."""

from __future__ import annotations

import re

# The 124 postcode areas of the UK, with those of the Crown dependencies left out (Royal Mail; public facts).
AREAS = frozenset(
    [
        "AB",
        "AL",
        "B",
        "BA",
        "BB",
        "BD",
        "BH",
        "BL",
        "BN",
        "BR",
        "BS",
        "BT",
        "CA",
        "CB",
        "CF",
        "CH",
        "CM",
        "CO",
        "CR",
        "CT",
        "CV",
        "CW",
        "DA",
        "DD",
        "DE",
        "DG",
        "DH",
        "DL",
        "DN",
        "DT",
        "DY",
        "E",
        "EC",
        "EH",
        "EN",
        "EX",
        "FK",
        "FY",
        "G",
        "GL",
        "GU",
        "HA",
        "HD",
        "HG",
        "HP",
        "HR",
        "HS",
        "HU",
        "HX",
        "IG",
        "IP",
        "IV",
        "KA",
        "KT",
        "KW",
        "KY",
        "L",
        "LA",
        "LD",
        "LE",
        "LL",
        "LN",
        "LS",
        "LU",
        "M",
        "ME",
        "MK",
        "ML",
        "N",
        "NE",
        "NG",
        "NN",
        "NP",
        "NR",
        "NW",
        "OL",
        "OX",
        "PA",
        "PE",
        "PH",
        "PL",
        "PO",
        "PR",
        "RG",
        "RH",
        "RM",
        "S",
        "SA",
        "SE",
        "SG",
        "SK",
        "SL",
        "SM",
        "SN",
        "SO",
        "SP",
        "SR",
        "SS",
        "ST",
        "SW",
        "SY",
        "TA",
        "TD",
        "TF",
        "TN",
        "TQ",
        "TR",
        "TS",
        "TW",
        "UB",
        "W",
        "WA",
        "WC",
        "WD",
        "WF",
        "WN",
        "WR",
        "WS",
        "WV",
        "YO",
        "ZE",
    ]
)
# Kept for examples: ZZ is the statisticians' pseudo-area, WX belongs to the invented Wexcombe.
EXAMPLE_AREAS = frozenset({"ZZ", "WX"})
FORM = re.compile(r"([A-Z]{1,2})([0-9][A-Z0-9]?)([0-9])([ABD-HJLNP-UW-Z]{2})")
IN_TEXT = re.compile(r"\b([A-Za-z]{1,2}[0-9][A-Za-z0-9]?) ?([0-9][ABD-HJLNP-UW-Zabd-hjlnp-uw-z]{2})\b")


def normalise(text: str) -> str:
    """The postcode in `text` as Royal Mail writes it: upper case, one space before the last three.

    Raises ValueError with a sentence when it has not the form of a postcode or its area does not exist.
    """
    compact = re.sub(r"[\s.-]", "", text).upper()
    match = FORM.fullmatch(compact)
    if match is None:
        raise ValueError(f"“{text.strip()}” is not a postcode. Write it like WX4 7QP.")
    area = match.group(1)
    if area not in AREAS and area not in EXAMPLE_AREAS:
        raise ValueError(
            f"No postcode begins with {area}, so “{text.strip()}” does not exist. Check it with the person."
        )
    return f"{compact[:-3]} {compact[-3:]}"


def found_in(text: str) -> list[str]:
    """The postcodes that stand in a text, normalised, each once, in order."""
    found: list[str] = []
    for match in IN_TEXT.finditer(text[:100_000]):
        try:
            postcode = normalise(match.group(0))
        except ValueError:
            continue
        if postcode not in found:
            found.append(postcode)
    return found
