"""A restricted case with a canary in every place where an office writes, planted as its caseworker would."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opencasework.office.authority.models import Authority
from opencasework.office.authority.tests.factories import A_PAGE
from opencasework.office.bodies.models import Body
from opencasework.office.cases.following_up import look_again
from opencasework.office.cases.models import Case, ReferenceNumber
from opencasework.office.chasing.actions import draft_due_chasers
from opencasework.office.constituents.models import Household, Person
from opencasework.office.figures.actions import gather
from opencasework.office.inbox.models import Message
from opencasework.office.letters.models import Letter, LetterReview
from opencasework.office.letters.pack.models import Enclosure
from opencasework.office.referrals.models import Partner
from opencasework.office.staff.models import StaffMember
from opencasework.office.telling.actions import draft_due as draft_due_words


@dataclass
class Canaries:
    """Words nobody would write, each used once, so that a leak says where it comes from."""

    used: dict[str, str] = field(default_factory=dict)

    def new(self, place: str) -> str:
        digits = hashlib.sha256(place.encode()).hexdigest()[:11]
        word = "V" + "".join(chr(ord("a") + int(digit, 16)) for digit in digits)
        self.used[word] = place
        return word

    def found_in(self, text: str) -> list[str]:
        """Where what stands in this text was planted."""
        folded = text.lower()
        return [place for word, place in self.used.items() if word.lower() in folded]


@dataclass
class Planter:
    """The caseworker of the restricted case, at the screen."""

    client: Client
    staff: StaffMember
    folder: Path
    canaries: Canaries = field(default_factory=Canaries)

    def post(self, page: str, /, *args: Any, status: int = 302, **data: Any) -> HttpResponse:
        response = self.client.post(reverse(page, args=args), data)
        shown = response.content.decode("utf-8", "replace") if response.status_code != status else ""
        assert response.status_code == status, (page, response.status_code, _errors(shown))
        return response

    def plant(self) -> Case:
        """Open, restrict and fill the case. Returns it."""
        word = self.canaries.new
        person = {
            "full_name": f"Mair {word('the name')}",
            "address_as": f"Mrs {word('how to address them')}",
            "address_lines": f"7 {word('the street')} Road",
            "postcode": "WX4 7QP",
            "email": f"{word('the email address')}@post.example".lower(),
            "phone": "01632 960199",
        }
        self.post(
            "case-new",
            **person,
            title=f"Threatened by {word('the title')}",
            category="HOU-DAMP",
            tag_reason=word("the reason of the tags"),
            next_action=f"Ring {word('the next action')}",
            next_action_on=timezone.localdate().isoformat(),
            urgency="URG-3",
            sensitivity="SEN-4",
            transferability="TRF-0",
            channel="phone",
            owner=str(self.staff.pk),
            body="DWP",
            reference_kind="NINO",
            reference_value="QQ 77 88 99 C",
        )
        case = Case.objects.latest("pk")
        self.post("case-restriction", case.pk, restricted="yes")
        assert case.constituent is not None
        self._on_the_person(case.constituent, person)
        self._on_the_case(case)
        self._beside_the_open_ones(case)
        self._referrals(case)
        self._letters(case)
        self._mail(case, person["email"], person["full_name"])
        gather()
        draft_due_chasers(timezone.localdate())
        draft_due_words(timezone.localdate())
        case.refresh_from_db()
        assert case.need_to_know
        return case

    def _referrals(self, case: Case) -> None:
        """A complaint on its way to an ombudsman, a partner who has the case and one it came from."""
        word, issue = self.canaries.new, case.issues.order_by("pk").first()
        assert issue is not None
        self.post(
            "complaint-stage-new", case.pk, body="DWP", name=word("a stage"), sent_on="2020-01-02",
            sent_by="person",
            note=word("a note on a stage"), issue=issue.pk,
        )  # fmt: skip
        self.post(
            "complaint-new", case.pk, issue=issue.pk, scheme="ICE", court="none",
            what_happened=word("a complaint"), injustice=word("what it led to"),
            wanted=word("what is wanted"), late_reason=word("why it is late"),
        )  # fmt: skip
        partner, _ = Partner.objects.get_or_create(
            body=Body.objects.get(code="CAB"), defaults={"kind": Partner.Kind.ADVICE}
        )
        self.post(
            "outward-new", case.pk, partner=partner.pk, shared=word("what a partner was told"), how="phone",
            consent="verbal", consent_words=word("the words of a consent"),
        )  # fmt: skip
        self.post(
            "inward-new", case.pk, partner=partner.pk, reference=word("a partner’s reference"),
            contact=word("somebody at a partner"), came_on="2020-01-02", consent="told", wants_to_hear="on",
        )  # fmt: skip

    def _on_the_person(self, person: Person, known: dict[str, str]) -> None:
        word = self.canaries.new
        self.post(
            "person-edit",
            person.pk,
            **known,
            is_constituent="on",
            language="en",
            preferred_channel="email",
            access_needs=word("what helps them"),
            safe_contact=f"only at {word('the safe contact')}",
            contact_limit=word("the contact limit"),
        )
        phone = person.phones.get()
        self.post(
            "person-phone", person.pk, phone.pk, number=phone.number, standing=phone.standing,
            note=f"after {word('when to ring')}",
        )  # fmt: skip

    def _on_the_case(self, case: Case) -> None:
        word = self.canaries.new
        self.post("case-notes", case.pk, text=f"@{self.staff.username} she said {word('a note')} to me.")
        look_again(case, on=timezone.localdate(), what=word("what is looked at again"), by=self.staff)
        self.post(
            "case-calls", case.pk, other_side=word("whom a call was with"), text=word("a call"), minutes="3",
            body="else",
        )  # fmt: skip
        self.post(
            "case-person-new", case.pk, full_name=f"Dr {word('an adviser')}", role="adviser",
            relation=word("how an adviser is related"),
        )  # fmt: skip
        number = ReferenceNumber.objects.filter(case=case).latest("pk")
        self.post("case-reference", case.pk, number.pk, status=200)
        self.post("case-reference-new", case.pk, kind="DEPTREF", value=word("a number"))
        self.post(
            "authority-new", case.pk, person=str(case.case_people.order_by("pk").first().person_id),
            basis="signed", given_on="2020-01-01", covers_any_body="on",
            scan=SimpleUploadedFile(f"{word('the name of a scan')}.pdf", A_PAGE, "application/pdf"),
        )  # fmt: skip
        self.post(
            "authority-new", case.pk, person=str(case.case_people.order_by("pk").first().person_id),
            basis="verbal", statement=word("what was said"), given_on="2020-01-01",
            covers_any_body="on", verbal_reason=word("why not in writing"),
        )  # fmt: skip
        assert Authority.objects.filter(case=case).count() == 2
        self.post(
            "authority-ask-new", case.pk, person=str(case.case_people.order_by("pk").first().person_id),
            problem=word("a problem to sign"), wanted=word("what is wanted"), covers_any_body="on",
            language="en-gb",
        )  # fmt: skip
        self.post("case-question-new", case.pk, to="constituent", text=word("a question"), on="5 wd")
        self.post("case-issue-new", case.pk, category="HOU-DAMP")
        self.post(
            "case-transfer-new", case.pk, to_name=word("who could take it"), level="TRF-1",
            consent="not-needed",
        )  # fmt: skip

    def _beside_the_open_ones(self, case: Case) -> None:
        """What ties it to a case and a person everybody sees."""
        word = self.canaries.new
        everybodys = Case.objects.exclude(pk=case.pk).earliest("pk")
        assert case.constituent is not None
        assert everybodys.constituent is not None
        self.post("case-link-new", case.pk, other=everybodys.reference, kind="problem")
        self.post(
            "acting-new", case.constituent.pk, by=str(everybodys.constituent.pk), kind="carer",
            note=word("what is said of a carer"),
        )  # fmt: skip
        self.post(
            "household-new", case.constituent.pk, name=word("the name of a household"),
            note=word("what to mind in a household"),
        )  # fmt: skip
        self.post("household-new", case.constituent.pk, name="Number seven")
        shared = Household.objects.latest("pk")
        self.post("household-member-new", shared.pk, person=str(everybodys.constituent.pk))

    def _letters(self, case: Case) -> None:
        """One that was posted weeks ago, with a holding reply, and one that is still a draft."""
        word, today = self.canaries.new, timezone.localdate()
        posted = today - timedelta(days=60)
        body = Body.objects.get(code="DWP")
        for sent in (True, False):
            place = "a letter that was sent" if sent else "a draft"
            self.client.post(
                f"{reverse('letter-new', args=[case.pk])}?body={body.pk}",
                {
                    "body": str(body.pk), "template": "LT-DEPT", "means": "post",
                    "subject": f"About {word(f'the subject of {place}')}",
                    "text": f"Please look at {word(f'the words of {place}')} again.",
                },
            )  # fmt: skip
            letter = Letter.objects.filter(case=case).latest("pk")
            if sent:
                drafted = timezone.now() - timedelta(days=61)
                Letter.objects.filter(pk=letter.pk).update(drafted_at=drafted)
                self.post("letter-posting", letter.pk, posted_on=posted.isoformat(), version=letter.version)
            else:
                self.post("letter-comments", letter.pk, text=word("a comment on a draft"))
                # As a colleague who has it to read would: who wrote it does not send it back.
                LetterReview.objects.create(letter=letter, waits_for=self.staff, asked_by=self.staff)
                self.post("letter-back", letter.pk, reason=word("why a draft was sent back"))
        Enclosure.objects.create(
            letter=letter, position=1, title=word("what an index calls a document"), filename="notice.pdf",
            sha256="0" * 64, size=1, source="file:0",
        )  # fmt: skip
        enquiry = case.enquiries.get()
        self.post(
            "enquiry-replies", enquiry.pk, kind="holding", received_on=today.isoformat(),
            note=word("what a reply says"),
        )  # fmt: skip

    def _mail(self, case: Case, address: str, name: str) -> None:
        """One filed on the case with a file; an answer to it, and a first mail, that nobody has filed."""
        word = self.canaries.new
        first = _mail(address, name, f"Help with {word('the subject of a mail')}", f"I saw {word('a mail')}.")
        first.add_attachment(
            f"It says {word('what stands in a file')}.".encode(), maintype="text", subtype="plain",
            filename=f"{word('the name of a file')}.txt",
        )  # fmt: skip
        self._ingest(first)
        message = Message.objects.latest("pk")
        self.post("message-filing", message.pk, case=str(case.pk))
        answer = _mail(address, name, f"Re: {word('the subject of an answer')}", f"And {word('an answer')}.")
        answer["In-Reply-To"] = first["Message-ID"]
        self._ingest(answer)
        self._ingest(
            _mail(address, name, f"Please {word('the subject of a first mail')}", word("a first mail"))
        )

    def _ingest(self, mail: EmailMessage) -> None:
        path = self.folder / f"{hashlib.sha256(bytes(mail)).hexdigest()}.eml"
        path.write_bytes(bytes(mail))
        call_command("ingest", str(path), stdout=io.StringIO())


def _mail(address: str, name: str, subject: str, text: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"{name} <{address}>", "office@member.example", subject
    mail["Message-ID"] = f"<{hashlib.sha256(subject.encode()).hexdigest()[:16]}@post.example>"
    mail["Date"] = "Mon, 02 Nov 2026 09:00:00 +0000"
    mail.set_content(text)
    return mail


def _errors(page: str) -> list[str]:
    """The sentences of a page that did not take what was posted."""
    return re.findall(r'class="[^"]*(?:error|banner|late)[^"]*"[^>]*>([^<]+)', page)
