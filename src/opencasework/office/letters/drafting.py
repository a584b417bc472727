"""A letter's first words: the office's wording in the right language, with the facts of the case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.conf import settings

from opencasework.office.authority import gate
from opencasework.office.authority.models import Authority
from opencasework.office.constituents import languages
from opencasework.office.kit.blobs import BlobStore
from opencasework.office.letters import deadlines, filling, ombudsmen, rich, welsh
from opencasework.office.letters.facts import addressed, facts_for, in_words, one_liner
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.letters.stationery import LetterTemplate, Wording
from opencasework.office.letters.word import workshop
from opencasework.office.staff.models import StaffMember

CONSENT = {
    "signed": "Their signed consent of {day} is attached.",
    "spoken": "They gave us their consent by word of mouth on {day}.",
}
LARGE_PRINT = ("large print", "print bras", "big print")  # as people's access needs say it


def language_for(letter: Letter, template: LetterTemplate) -> str:
    """The language to write in, where the office has words in it, else English: the person's own, and to a
    body that of the letter in which it was asked.
    """
    wanted = letter.to_person.language if letter.to_person else _asked_in(letter.about_enquiry)
    if wanted == languages.ENGLISH or wanted not in template.languages:
        return languages.ENGLISH
    return wanted


def _asked_in(enquiry: Enquiry | None) -> str:
    written = enquiry.written_in if enquiry is not None else None
    return written.language if written is not None else languages.ENGLISH


def wants_large_print(letter: Letter) -> bool:
    """Whether the person has asked for large print."""
    needs = letter.to_person.access_needs.casefold() if letter.to_person else ""
    return any(words in needs for words in LARGE_PRINT)


def put_words(
    letter: Letter,
    *,
    by: StaffMember | None,
    today: date,
    language: str = "",
    given: Mapping[str, str] | None = None,
) -> None:
    """Put the office's words and the case's facts into an unsaved letter that has a template.

    `language` is a wish; without it the person's own decides. `given` are facts that only whoever
    writes knows, by field. Raises TemplateProblem when the wording cannot be used.
    """
    if letter.template is None:
        raise ValueError("A letter is filled in from a template.")
    wording = letter.template.wording_for(language or language_for(letter, letter.template))
    letter.wording, letter.language = wording, wording.language
    letter.large_print = wants_large_print(letter)
    subject, letter.text, letter.html = filled(wording, facts_of(letter, by=by, today=today, given=given))
    letter.subject = one_liner(subject)[:200]


def facts_of(
    letter: Letter, *, by: StaffMember | None, today: date, given: Mapping[str, str] | None = None
) -> dict[str, str]:
    """What this letter can be filled with."""
    facts = facts_for(
        case=letter.case,
        today=today,
        by=by,
        body=letter.to_body,
        contact=letter.to_contact,
        enquiry=letter.about_enquiry,
        language=letter.language,
    )
    if letter.to_person and letter.to_person != letter.case.constituent:
        facts |= addressed(letter.to_person, letter.language)
    if letter.to_body and _names(letter, "consent_attached"):
        facts["consent_attached"] = _consent(letter, on=today)
    if letter.to_person and _names(letter, deadlines.FIELD):
        facts[deadlines.FIELD] = deadlines.warning(letter.case, on=today, language=letter.language)
    if _names(letter, ombudsmen.FIELD):
        facts[ombudsmen.FIELD] = ombudsmen.named_in(letter)
    return facts | {name: value.strip() for name, value in (given or {}).items() if value.strip()}


def _names(letter: Letter, field: str) -> bool:
    """Whether its wording may name this field, which takes more looking than others; a Word file may."""
    wording = letter.wording
    if wording is None:
        return False
    return bool(wording.docx_sha256) or field in f"{wording.subject}{wording.text}{wording.html}"


def _consent(letter: Letter, *, on: date) -> str:
    """What the authority on file says: that it goes along, or was given by word of mouth; else empty."""
    if letter.to_body is None:
        return ""
    covering = gate.covering(letter.case, letter.to_body, on=on)
    signed = gate.about_each(covering.written().exclude(scan_sha256=""))
    has_signed = {each.about_id or each.person_id for each in signed}
    heard = gate.about_each(covering.filter(basis=Authority.Basis.VERBAL))
    spoken = [each for each in heard if (each.about_id or each.person_id) not in has_signed]
    if len(signed) + len(spoken) < len(letter.case.constituents):
        return ""  # nobody's consent is claimed for another
    words = welsh.CONSENT if letter.language == languages.WELSH else CONSENT
    given = {"signed": signed, "spoken": spoken}
    return " ".join(
        words[how].format(day=", ".join(in_words(day, letter.language) for day in _days(found)))
        for how, found in given.items()
        if found
    )


def _days(found: list[Authority]) -> list[date]:
    return sorted({each.given_on for each in found})


def filled(wording: Wording, facts: Mapping[str, str]) -> tuple[str, str, str]:
    """Subject, plain words and rich text (empty where the wording is plain) of a wording filled in.

    Raises TemplateProblem, also where the Word file of the wording cannot be filled in.
    """
    subject = filling.fill(wording.subject, facts)
    if wording.docx_sha256:
        html = rich.clean(word_file(wording, facts)[1])
        return subject, rich.to_text(html), html
    if not wording.html:
        return subject, filling.fill(wording.text, facts), ""
    html = rich.clean(filling.fill_html(wording.html, facts))
    return subject, rich.to_text(html), html


def word_file(wording: Wording, facts: Mapping[str, str]) -> tuple[bytes, str]:
    """The Word file of a wording, filled in, and its words as HTML that still has to be cleaned."""
    content = BlobStore(settings.HOME.blobs).read(wording.docx_sha256)
    try:
        return workshop.fill(content, facts)
    except workshop.WordProblem as problem:
        raise filling.TemplateProblem(str(problem)) from problem
