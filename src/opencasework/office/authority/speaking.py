"""Whether something about the people of a case may go to somebody on it who is none of them.

An adviser, a relative or a friend is on a case on a colleague's word. The person has to have agreed to it:
named them when signing, or said so to us, in a letter or by word. Whoever may give authority for a
constituent stands in their place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F, Q
from django.urls import reverse

from opencasework.office.authority import gate
from opencasework.office.authority.models import Authority, AuthorityQuerySet
from opencasework.office.cases.models import Case
from opencasework.office.constituents.acting import givers_of
from opencasework.office.constituents.models import ActingFor, Person
from opencasework.office.kit.dates import say

# What somebody has seen or heard that says the person agreed to this one speaking for them.
AGREED = (ActingFor.Proof.SIGNED, ActingFor.Proof.SAID)
# Who speaks for a body that can help; a friend or a relative is none.
OF_A_BODY = (ActingFor.As.ADVISER, ActingFor.As.SOLICITOR)
# What may stand beside a name without turning it round, in English and in Welsh. With any other word a
# colleague reads what is meant: no list of words like “not” has them all.
RELATIONS = (
    "neighbour friend daughter son sister brother mother father mum mam dad wife husband partner carer aunt "
    "uncle niece nephew cousin grandson granddaughter grandmother grandfather solicitor lawyer adviser "
    "advisor advocate interpreter support social key worker school "
    "chwaer brawd merch mab tad gwraig gŵr ffrind cymydog cyfreithiwr gofalwr ysgol"
)
SMALL_WORDS = "my our the a an and also too please at from of fy ac hefyd"
TITLES = "mr mrs ms miss mx dr sir dame lady rev reverend cllr councillor"
BESIDE_A_NAME = frozenset(f"{RELATIONS} {SMALL_WORDS} {TITLES}".split())
_WORD = re.compile(r"[^\W_]+(?:'t(?![^\W_]))?")


@dataclass(frozen=True)
class Standing:
    """How somebody on a case stands: who of its constituents has not agreed, and why they may be told."""

    case: Case
    to: Person
    lacking: list[Person] = field(default_factory=list)
    wrote: list[Person] = field(default_factory=list)  # of them who named this one, beside other words
    because: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        """“Goes to Jane Porter, who acts for Ada Marrowby”, and why that may be."""
        whom = f"Goes to {self.to}, who acts for {gate.named(self.case.constituents)}"
        why = "; ".join(dict.fromkeys(self.because))
        return f"{whom}: {why}" if why and not self.lacking else whom

    @property
    def missing(self) -> str:
        """That nothing says that somebody agreed, and who has withdrawn an authority."""
        said = f"Nothing here says that {gate.named(self.lacking)} agreed to it."
        if self.wrote:
            said += f" {gate.named(self.wrote)} wrote of them when signing: read there what was meant."
        withdrew = [person for person in self.lacking if _withdrawn(self.case, person).exists()]
        if withdrew:
            have = "have" if len(withdrew) > 1 else "has"
            said = f"{gate.named(withdrew)} {have} withdrawn an authority. {said}"
        return said

    @property
    def way(self) -> tuple[str, str]:
        """Where it is written down that they agreed: the words of the link, its address."""
        person = self.lacking[0]
        known = ActingFor.objects.filter(person=person, by=self.to).order_by("-pk").first()
        if known is not None:
            return "Write down that they agreed", reverse("acting", args=[person.pk, known.pk])
        url = reverse("acting-new", args=[person.pk])
        return "Write down that they agreed", f"{url}?person={self.to.pk}"


def is_outside(case: Case, to: Person) -> bool:
    """Whether they are none of those the case is for."""
    return to not in case.constituents


def standing(case: Case, to: Person, *, on: date) -> Standing:
    """How somebody on the case who is none of its constituents stands on this day."""
    constituents = case.constituents
    givers = givers_of(constituents, on=on)
    if any(to == giver.person for each in givers.values() for giver in each):
        return Standing(case, to, because=["they may give authority themselves"])
    given = list(
        Authority.objects.filter(case=case)
        .in_force(on=on)
        .exclude(basis=Authority.Basis.IMPLIED)
        .select_related("person")
    )
    acting = ActingFor.objects.in_force(on=on).filter(by=to, person__in=constituents)
    lacking, because, wrote = [], [], []
    for person in constituents:
        who = {giver.person.pk for giver in givers[person] if not giver.business}
        theirs = [
            each for each in given if (each.about_id or each.person_id) == person.pk and each.person_id in who
        ]
        rows = [each for each in acting if each.person_id == person.pk]
        why = _why(case, person, to, theirs, rows, on=on)
        if why:
            because.append(why)
        else:
            lacking.append(person)
            words = [_words(each.in_their_words) for each in theirs]
            names = [_words(name) for name in _names_of(to)]
            if any(_place(said, name) is not None for said in words for name in names):
                wrote.append(person)
    return Standing(case, to, lacking, wrote, because)


def _why(
    case: Case, person: Person, to: Person, given: list[Authority], acting: list[ActingFor], *, on: date
) -> str:
    """Why something about this person may go to somebody else; empty where nothing says that it may."""
    for each in given:
        if any(_names(each.in_their_words, name) for name in _names_of(to)):
            return f"{each.person} named them when signing on {say(each.given_on)}"
    if any(each.covers_any_body for each in given) and any(each.kind in OF_A_BODY for each in acting):
        return "their authority covers whoever can help"
    ended = _withdrawn(case, person).order_by(F("withdrawn_on").desc()).first()
    for row in acting:
        seen = row.proof_seen_on
        if row.proof not in AGREED or seen is None or seen > on:
            continue
        # What they agreed to before they withdrew does not count any more.
        if ended is None or ended.withdrawn_on is None or ended.withdrawn_on < seen:
            return f"{row.get_proof_display().lower()}, {say(seen)}"
    return ""


def _withdrawn(case: Case, person: Person) -> AuthorityQuerySet:
    """What was given about this person and withdrawn; not what somebody else had signed."""
    about = Q(about=person) | Q(about=None, person=person)
    return Authority.objects.filter(about, case=case, name_doubted=False).exclude(withdrawn_on=None)


def _names_of(person: Person) -> list[str]:
    return [person.full_name, *(each.name for each in person.other_names.all())]


def _names(words: str, name: str) -> bool:
    """Whether these words are this whole name and nothing else that could turn it round.

    One word of it, such as a first name, is nobody.
    """
    said, wanted = _words(words), _words(name)
    at = _place(said, wanted)
    if at is None:
        return False
    return BESIDE_A_NAME.issuperset(said[:at] + said[at + len(wanted) :])


def _place(said: list[str], wanted: list[str]) -> int | None:
    if len(wanted) < 2:
        return None
    places = range(len(said) - len(wanted) + 1)
    return next((at for at in places if said[at : at + len(wanted)] == wanted), None)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold().replace("’", "'"))
