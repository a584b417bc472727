"""Versions of a wording: a change is a new one, and an earlier one can be brought back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from opencasework.office.letters.stationery import LetterTemplate, Wording
from opencasework.office.staff.models import StaffMember


def latest_of(template: LetterTemplate) -> list[Wording]:
    """The standing words of each language, of a template whose wordings have been fetched; English first."""
    latest: dict[str, Wording] = {}
    for wording in template.wordings.all():
        if wording.language not in latest or wording.number > latest[wording.language].number:
            latest[wording.language] = wording
    return sorted(latest.values(), key=lambda wording: (wording.language != "en", wording.language))


@transaction.atomic
def keep(
    template: LetterTemplate,
    *,
    name: str,
    purpose: str,
    language: str,
    subject: str,
    text: str,
    html: str,
    docx_sha256: str,
    docx_name: str,
    by: StaffMember,
) -> Wording:
    """Save new words as the next version; the same words again are no new version."""
    # One at a time: of two who save at once the second gets the next number.
    template = LetterTemplate.objects.select_for_update().get(pk=template.pk)
    LetterTemplate.objects.filter(pk=template.pk).update(name=name, purpose=purpose)
    standing = template.standing(language)
    given = (subject, text, html, docx_sha256)
    if standing and given == (standing.subject, standing.text, standing.html, standing.docx_sha256):
        return standing
    return Wording.objects.create(
        template=template,
        language=language,
        number=standing.number + 1 if standing else 1,
        subject=subject,
        text=text,
        html=html,
        docx_sha256=docx_sha256,
        docx_name=docx_name,
        made_by=by,
        made_at=timezone.now(),
    )


def bring_back(wording: Wording, *, by: StaffMember) -> Wording:
    """Make an earlier version the standing one again, as a new version."""
    template = wording.template
    return keep(
        template,
        name=template.name,
        purpose=template.purpose,
        language=wording.language,
        subject=wording.subject,
        text=wording.text,
        html=wording.html,
        docx_sha256=wording.docx_sha256,
        docx_name=wording.docx_name,
        by=by,
    )
