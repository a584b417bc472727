"""The letterhead, the signature, a Word template and a letter in Welsh, in the fictional office."""

from __future__ import annotations

import io
import math
from datetime import date

from django.conf import settings
from docx import Document
from PIL import Image, ImageDraw

from opencasework.office.cases.models import Case
from opencasework.office.constituents.models import Person
from opencasework.office.demo import world
from opencasework.office.kit.blobs import BlobStore
from opencasework.office.letters import actions, versions
from opencasework.office.letters.models import LetterTemplate
from opencasework.office.letters.stationery import Colour, Snippet, Stationery
from opencasework.office.staff.models import StaffMember

IN_WORD = (
    "Dear {{ constituent_salutation }},",
    "Thank you for writing to me about {{ campaign_name }}. Many people in this area have, and I have read what "
    "you all ask for.",
    "This is my view: {{ position }}",
    "If this touches your own life, please write and tell me how. {% if office_phone %}You can ring us as well, on "
    "{{ office_phone }}.{% endif %}",
    "Yours sincerely,",
    "{{ member_title }}",
)


def tell(today: date) -> None:
    """Set the letterhead and the signature, change two wordings, and begin a letter in Welsh."""
    staff = {colleague.username: colleague for colleague in StaffMember.objects.all()}
    blobs = BlobStore(settings.HOME.blobs)
    Stationery.objects.create(
        pk=1,
        logo_sha256=blobs.put(_logo()),
        colour=Colour.INDIGO,
        strapline="Working for everybody in Wexcombe North",
        footer="The office is open Monday to Friday, 9:30 to 16:30. We can meet you in Welsh or with an interpreter.",
        footer_cy="Mae’r swyddfa ar agor o ddydd Llun i ddydd Gwener, 9:30 i 16:30. Gallwn gwrdd â chi yn Gymraeg.",
        strapline_cy="Yn gweithio dros bawb yng Ngogledd Wexcombe",
        privacy_link=f"https://www.{world.DOMAIN}/privacy",
        keep_years=6,
        retention_text="We keep your papers for six years after your case ends, and then destroy them.",
        complaints_contact=f"the office manager, data@{world.DOMAIN}",
        emergency_signposts="- In danger: 999\n- Samaritans, day and night: 116 123\n- Shelter: 0808 800 4444",
        signature_sha256=blobs.put(_signature()),
        signature_by=staff["amira"],
    )
    _a_word_template(staff["tom"], blobs)
    Snippet.objects.create(
        name="Surgery hours", keywords="appointment meet saturday", changed_by=staff["priya"],
        text="I hold surgeries every second Saturday in the Cloth Hall, from 10 to 12. Please ring {{ office_phone }}.",
    )  # fmt: skip
    _a_letter_in_welsh(staff["priya"], today)


def _a_word_template(by: StaffMember, blobs: BlobStore) -> None:
    document = Document()
    for paragraph in IN_WORD:
        document.add_paragraph(paragraph)
    document.sections[0].footer.paragraphs[0].text = "{{ office_address }}"
    out = io.BytesIO()
    document.save(out)
    template = LetterTemplate.objects.get(code="LT-CAMP")
    versions.keep(
        template, name=template.name, purpose=template.purpose, language="en",
        subject="Your message about {{ campaign_name }}", text="\n\n".join(IN_WORD) + "\n",
        html="".join(f"<p>{paragraph}</p>" for paragraph in IN_WORD),
        docx_sha256=blobs.put(out.getvalue()), docx_name="Campaign reply.docx", by=by,
    )  # fmt: skip


def _a_letter_in_welsh(by: StaffMember, today: date) -> None:
    """Somebody of the office's cases would rather be written to in Welsh, in large print."""
    case = (
        Case.objects.open()
        .filter(owner=by, need_to_know=False)
        .exclude(case_people=None)
        .order_by("pk")
        .last()
    )
    if case is None or case.constituent is None:
        return
    Person.objects.filter(pk=case.constituent.pk).update(language="cy", access_needs="Large print")
    case = Case.objects.get(pk=case.pk)
    letter = actions.worded(
        case=case, template=actions.template_of("LT-UPDATE"), by=by, today=today, to_person=case.constituent,
        given={"your_message": "Mae’r cyngor wedi ateb. Byddwn yn eich ffonio ddydd Mawrth."},
    )  # fmt: skip
    actions.keep_draft(letter, by=by)


def _logo() -> bytes:
    """A tower between two hills, which is Wexcombe's."""
    picture = Image.new("RGBA", (480, 240), (255, 255, 255, 0))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((-60, 120, 260, 420), fill="#3b3486")
    pen.ellipse((220, 140, 560, 440), fill="#6a62b8")
    pen.rectangle((205, 40, 275, 200), fill="#3b3486")
    pen.polygon([(195, 42), (240, 4), (285, 42)], fill="#3b3486")
    return _png(picture)


def _signature() -> bytes:
    """A line as a pen draws it."""
    picture = Image.new("RGBA", (640, 180), (255, 255, 255, 0))
    points = [
        (40 + step * 2.2, 90 - 50 * math.sin(step / 9) * math.cos(step / 31) - step / 12)
        for step in range(260)
    ]
    ImageDraw.Draw(picture).line(points, fill="#1b2a6b", width=5, joint="curve")
    return _png(picture)


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
