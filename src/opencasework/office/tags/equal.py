"""Everybody gets the same service: no word of an office says of whom somebody is, or how they vote.

A rule of spelling over a few words, not a judge of sense: “Labour market”, “green space” and “postal vote”
say nothing of anybody and pass.
"""

from __future__ import annotations

import re
import unicodedata

REFUSED = (
    "“{}” would say of which party somebody is, or how they vote. This office keeps that of nobody: "
    "everybody gets the same service. Use a word for the problem instead."
)
# The parties with members of Parliament or of the devolved parliaments, and what they are called for short.
_PARTY = (
    r"labour|tor(?:y|ies)|conservatives?|(?:liberal|lib) ?dem(?:ocrat)?s?|snp|scottish national(?:ists?)?|"
    r"plaid(?: cymru)?|greens?|reform(?: uk)?|ukip|brexit party|restore britain|your party|alba|dup|"
    r"democratic unionists?|uup|ulster unionists?|tuv|traditional unionist voice|sdlp|sinn fein|alliance|"
    r"workers party|co ?operative party|bnp|llafur|plaid lafur|ceidwadwyr|plaid werdd|"
    r"democratiaid rhyddfrydol"
)
_WITH = (
    r"vot(?:e|es|ed|er|ers|ing)|(?:voting )?intentions?|members?|part(?:y|ies)|support(?:s|ed|ers?)?|"
    r"backers?|donors?|activists?|canvass(?:er|ers|ed)?|sympathisers?|lean(?:s|ing)?|switchers?|"
    r"pleidleis\w*|cefnogwyr|aelod(?:au)?"
)
_BETWEEN = r"(?: (?:of|for|the|is|a|an|y|dros))*"
# Before or behind the bare name of a party: how firmly, or when.
_HOW = (
    r"(?:\d+|ex|former|formerly|soft|hard|firm|strong|definite|probable|possible|lifelong|lapsed|was|is|not)"
)
_SAYS = [
    re.compile(rf"(?:{_HOW} )*(?:the )?(?:{_PARTY})(?: {_HOW})*"),
    re.compile(rf".*\b(?:{_PARTY}) (?:{_WITH})\b.*"),
    re.compile(rf".*\b(?:{_WITH}){_BETWEEN} (?:{_PARTY})\b.*"),
    re.compile(
        r".*\b(?:swing|floating|undecided|likely|unlikely|loyal|core|firm|lapsed|former|our|their|non|never) "
        r"voters?\b.*"
    ),
    re.compile(r".*\bvot(?:e|es|ed|ing) (?:for|against) (?:us|me|him|her|them|the member)\b.*"),
    re.compile(r".*\b(?:did not|didn t|does not|doesn t|will not|won t|never) votes?d?\b.*"),
]
_NO_PARTY = re.compile(r"\bparty (?=walls?\b)|\bthird part(?:y|ies)\b")  # of a house; of a dispute


def refused(word: str) -> str:
    """Why this can be no word of an office: a sentence; empty where it can."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(character for character in apart if not unicodedata.combining(character))
    said = _NO_PARTY.sub("", " ".join(re.sub(r"[\W_]+", " ", plain).split()))
    return REFUSED.format(word) if any(each.fullmatch(said) for each in _SAYS) else ""
