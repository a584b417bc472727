"""Check digits and the ranges given out, each with its source. Each answers with a sentence, or nothing.

python-stdnum knows the NHS number, the UTR, the VAT number and the pupil number; the rest is ours.
"""

from __future__ import annotations

from collections.abc import Callable

from stdnum.exceptions import InvalidComponent, ValidationError
from stdnum.gb import nhs, upn, utr, vat

DOES_NOT_FIT = "The check digit does not fit, so one of the figures may be wrong."
# Letter pairs HMRC never gives out (NIM39110).
NEVER_BEGINS = frozenset({"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"})
MPAN_WEIGHTS = (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43)  # the standard of the electricity registry


def national_insurance(compact: str) -> str:
    """HMRC manual NIM39110: which letters are never used, and that there is no check digit."""
    if compact[:2] in NEVER_BEGINS:
        return f"No National Insurance number begins with {compact[:2]}."
    return ""


def nhs_number(compact: str) -> str:
    """Modulus 11; given out from the blocks 300, 400 to 499 and 600 to 799 million (999 is for tests)."""
    if not nhs.is_valid(compact):
        return DOES_NOT_FIT
    block = int(compact[:3])
    if block == 999 or 300 <= block < 320 or 400 <= block < 500 or 600 <= block < 800:
        return ""
    return "The figures fit together, but numbers of this range are not given out in England and Wales."


def chi_number(compact: str) -> str:
    return "" if nhs.is_valid(compact) else DOES_NOT_FIT


def electricity_point(compact: str) -> str:
    """Prime weights, modulus 11, then modulus 10, over the first twelve figures of thirteen."""
    core = compact[-13:]
    total = sum(int(digit) * weight for digit, weight in zip(core[:12], MPAN_WEIGHTS, strict=True))
    return "" if total % 11 % 10 == int(core[12]) else DOES_NOT_FIT


def pupil_number(compact: str) -> str:
    """The letter first is the check; a council unknown to the library may be one of those made since 2019."""
    try:
        upn.validate(compact)
    except InvalidComponent:
        return ""
    except ValidationError:
        return DOES_NOT_FIT
    return ""


def taxpayer(compact: str) -> str:
    return "" if utr.is_valid(compact) else DOES_NOT_FIT


def value_added_tax(compact: str) -> str:
    return "" if vat.is_valid(compact) else DOES_NOT_FIT


CHECKS: dict[str, Callable[[str], str]] = {
    "NINO": national_insurance,
    "NHS": nhs_number,
    "CHI": chi_number,
    "HCN": chi_number,  # the same arithmetic
    "UTR": taxpayer,
    "VATNO": value_added_tax,
    "MPAN": electricity_point,
    "UPN": pupil_number,
}
