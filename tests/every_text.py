"""Every text that the database keeps of a case or a person, each with a canary in it.

Derived from the models themselves: a new one is planted by itself where it has a row, and else fails the test
until somebody plants it or says here why it needs none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django.urls import reverse
from django.utils import timezone

from opencasework.office.authority.models import Ask, ReturnedForm, SentWithout, SignLink
from opencasework.office.bodies.models import Body
from opencasework.office.cases import access
from opencasework.office.cases.actions import add_person
from opencasework.office.cases.models import (
    Case,
    CasePersonOrigin,
    Closing,
    Draft,
    Move,
    Opening,
    PassedNumber,
    RemovedNumber,
)
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.chasing.models import HandedOn
from opencasework.office.constituents.merging import merge
from opencasework.office.constituents.models import PersonName, SaidBefore
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox.models import Acknowledged, Answer, Message, MessagePart
from opencasework.office.letters.models import (
    BadAddress,
    Enquiry,
    Letter,
    LetterVersion,
    OutgoingMail,
    ReplyToken,
)
from opencasework.office.routes.models import Decision, LastDay
from opencasework.office.telling.models import Word
from opencasework.office.volumes.models import BulkRelease, EarlySend
from tests.planting import Canaries, Planter

SHORTEST = 12  # characters, of a canary
NEVER_CHANGED = {"cases.Event", "audit.Line", "audit.Trace"}  # the database refuses


def fields() -> Iterator[tuple[str, models.Field[Any, Any]]]:
    """Each field of ours that holds words, as “cases.Case.title”."""
    for model in apps.get_models():
        for field in (
            model._meta.concrete_fields if model.__module__.startswith("opencasework.office") else []
        ):
            words = isinstance(field, models.TextField | models.CharField | models.JSONField)
            if words and not field.choices:
                yield f"{model._meta.label}.{field.name}", field


def newest_rows() -> dict[str, set[object]]:
    """What rows there are of every model, so that those added later are known."""
    return {
        model._meta.label: set(model._base_manager.values_list("pk", flat=True))
        for model in apps.get_models()
    }


@dataclass
class EveryText:
    """Fills what the screens left empty in the rows of a planted case."""

    planter: Planter
    case: Case
    there_before: dict[str, set[object]]

    @property
    def canaries(self) -> Canaries:
        return self.planter.canaries

    def plant(self) -> None:
        # What stands in its files is kept once somebody has asked which numbers do.
        self.planter.client.get(reverse("case-references-found", args=[self.case.pk]))
        self._further_rows()
        self._put_back_and_merged()
        self._sent_and_returned()
        for name, field in fields():
            label = field.model._meta.label
            if name in NO_CANARY or label in NO_CANARY or label in NEVER_CHANGED or field.unique:
                continue
            if isinstance(field, models.JSONField) or (field.max_length or SHORTEST) < SHORTEST:
                continue
            rows = field.model._base_manager.filter(**{field.name: ""})
            rows = rows.exclude(pk__in=self.there_before[label])
            if rows.exists():
                rows.update(**{field.name: self.canaries.new(name)})

    def _further_rows(self) -> None:
        """Of what takes more than one visit to a page to come about."""
        case, staff, now, word = self.case, self.planter.staff, timezone.now(), self.canaries.new
        message = Message.objects.filter(case=case).latest("pk")
        letter = Letter.objects.filter(case=case).latest("pk")
        begun = {"saved_at": now, "spent_at": None, "values": {"text": word("what is being typed")}}
        Draft.objects.update_or_create(case=case, staff=staff, form="note", defaults=begun)
        assert case.constituent is not None
        PersonName.objects.create(person=case.constituent, name=word("a former name"))
        SaidBefore.objects.create(
            person=case.constituent, what=SaidBefore.What.ADDRESS, number=case.constituent.pk, by=staff,
            said=word("where somebody lived before"), beside=word("what stood beside an address"),
            known_from=[case.pk],
        )  # fmt: skip
        PassedNumber.objects.create(case=case, kind="DEPTREF", compact=word("a number passed over"))
        RemovedNumber.objects.create(
            case=case, line=case.events.latest("pk"), kind="OTHER", label=word("what a number was called"),
            value=word("a number that was removed"),
        )  # fmt: skip
        SentWithout.objects.create(
            case=case,
            body=Body.objects.get(code="DWP"),
            reason=word("why without authority"),
            by=staff,
            at=now,
        )
        Decision.objects.create(
            case=case, what="ring", why=word("why it was decided"), by=staff, opinion=word("an opinion")
        )
        LastDay.objects.create(
            case=case, issue=case.issues.earliest("pk"), limit_code="DL-MR", limit_name=word("a time limit"),
            until=now.date(), became="no_matter", why=word("why a limit is of no matter"), by=staff, at=now,
        )  # fmt: skip
        MessagePart.objects.create(message=message, case=case, text=word("a part of a message"), by=staff)
        LetterVersion.objects.create(
            letter=letter, number=90, by=staff, subject=word("an earlier subject"), text=word("earlier words")
        )
        OutgoingMail.objects.create(
            letter=letter, to=f"{word('whom a mail goes to')}@post.example",
            reply_to="office@member.example",
            subject=word("the subject on its way"), text=word("a mail on its way"),
            message_id="<v@post.example>", send_after=now + timedelta(days=1),
        )  # fmt: skip

    def _put_back_and_merged(self) -> None:
        """A closing that was taken back, a split, a merge of people, and a glass that was broken."""
        case, staff, now, word = self.case, self.planter.staff, timezone.now(), self.canaries.new
        assert case.constituent is not None
        Closing.objects.create(
            case=case, by=staff, at=now, undone_at=now, next_action=word("what was next before a closing"),
            next_action_on=now.date(),
        )  # fmt: skip
        split = CaseFactory(by=staff, person=case.constituent, title=word("the title of what was split off"))
        access.restrict(split, by=staff)
        title = {"title": word("a title before a split")}
        Move.objects.create(
            kind=Move.Kind.SPLIT, source=case, target=split, by=staff, before=title, after=title, rows=title
        )
        twin = PersonFactory(full_name=word("a name before a merge"))
        link = add_person(case=split, person=twin, role="adviser", relation="", by=staff)
        CasePersonOrigin.objects.create(
            number=link.pk + 90, behind=link, case=case, person_number=twin.pk, role=link.role,
            relation=word("as what somebody was put on a case"),
        )  # fmt: skip
        merge(survivor=case.constituent, loser=twin, by=staff)
        Opening.objects.create(
            case=case, by=staff, reason=word("why the glass was broken"), until=now + timedelta(hours=8)
        )

    def _sent_and_returned(self) -> None:
        """What goes out by itself and what comes back: links, forms, receipts, addresses that fail."""
        case, staff, now, word = self.case, self.planter.staff, timezone.now(), self.canaries.new
        ask = Ask.objects.filter(case=case).latest("pk")
        link = SignLink.make(ask, origin="https://office.example", by=staff)
        SignLink.objects.filter(pk=link.pk).update(answers={"name": word("what somebody signs")})
        ReturnedForm.objects.create(
            ask=ask,
            sha256="0" * 64,
            name=f"{word('a form that came back')}.pdf",
            media_type="application/pdf",
        )
        address = f"{word('an address that failed')}@post.example".lower()
        BadAddress.objects.create(address=address, status="5.1.1")
        Acknowledged.objects.create(address=address, last_at=now)
        ReplyToken.objects.create(token="0" * 32, case=case, recipient=address)
        message = Message.objects.filter(case=case).latest("pk")
        Answer.objects.create(
            message=message, kind=Answer.Kind.ACKNOWLEDGEMENT, to=address, mail_id=f"<{address}>",
            subject=word("the subject of an acknowledgement"), text=word("an acknowledgement"),
            send_after=now + timedelta(days=1),
        )  # fmt: skip
        Word.objects.create(
            case=case, kind=Word.Kind.UPDATE, since=now.date(), due_on=now.date(),
            why_no_letter=word("why nobody is written to"),
        )  # fmt: skip
        letter = Letter.objects.filter(case=case).latest("pk")
        BulkRelease.objects.create(
            letter=letter, version="1", reason=word("why many letters go"), asked_by=staff
        )
        EarlySend.objects.create(letter=letter, reason=word("why it goes before its day"), by=staff)
        put = Enquiry.objects.filter(case=case).latest("pk")
        HandedOn.objects.create(enquiry=put, asked=put.body, to_whom=word("who was asked at first"))

    def gone(self) -> list[str]:
        """What is excused here and is no longer there."""
        there = {name for name, _field in fields()} | {field.model._meta.label for _name, field in fields()}
        return sorted(NO_CANARY.keys() - there)

    def missing(self) -> list[str]:
        """The fields that hold no canary and of which nothing says why."""
        found = []
        for name, field in fields():
            held = field.model._base_manager.values_list(field.name, flat=True)
            if name in NO_CANARY or field.model._meta.label in NO_CANARY:
                continue
            if not any(self.canaries.found_in(str(value)) for value in held):
                found.append(name)
        return found


# What no canary stands in, by why: a whole model or one field of it.
WITHOUT = {
    "what the office set, looked up, learnt or published: of no case": """
        places.Office staff.StaffMember audit.Watch bodies.Body bodies.BodyContact bodies.RemovedContact
        bodies.Directory tags.Category tags.OwnWord tags.WordChange letters.LetterTemplate letters.Wording
        letters.Snippet letters.Stationery chasing.Rung referrals.Partner inbox.Mailbox inbox.MailboxCursor
        inbox.InboxView inbox.Lesson inbox.WebForm campaigns.CampaignLetter reminders.CalendarFeed
        publishing.Publication publishing.DroppedDraft
    """,
    "a code, a digest, a count or an address that the machine wrote": """
        audit.Line audit.Head audit.Trace constituents.Person.language cases.Case.reference cases.Event.detail
        cases.Event.salt cases.ReferenceNumber.kind cases.PassedNumber.kind cases.RemovedNumber.kind
        cases.Transfer.to_kind
        cases.Draft.form authority.Authority.evidence authority.Ask.code authority.SigningUse
        letters.Enclosure.filename letters.Enclosure.sha256 letters.Enclosure.source letters.Pack
        letters.PackFile letters.Letter.language letters.OutgoingMail.reply_to letters.OutgoingMail.message_id
        letters.OutgoingMail.decided letters.Enquiry.due_rule letters.LetterStep.version chasing.Chaser.name
        chasing.Chaser.asked_anew
        referrals.Complaint.scheme_code referrals.Complaint.by_rule routes.LastDay.limit_code inbox.Arrival
        inbox.Message.sha256
        inbox.Message.fingerprint inbox.Message.same_mark inbox.Message.message_id inbox.Message.references
        inbox.Message.to inbox.Message.cc inbox.Message.language inbox.Message.details inbox.Copy inbox.Erased
        inbox.ActLine inbox.Attachment.content_type inbox.Attachment.sha256 inbox.Attachment.preview_kind
        inbox.FileText.source inbox.WebSubmission authority.SignLink.nonce authority.SignLink.token_hash
        authority.SignLink.origin authority.SignVisit authority.SignTries authority.ReturnedForm.sha256
        authority.ReturnedForm.pages
        authority.ReturnedForm.media_type letters.ReplyToken.token letters.BadAddress.status
        constituents.PersonMerge.moved constituents.PersonMerge.added constituents.PersonMerge.changed
        constituents.SaidBefore.known_from
        cases.Closing.issues cases.Closing.lines
        inbox.PreviewPage inbox.SuggestionResult inbox.WebFormUse volumes.BulkRelease.version
        volumes.ScheduleLine.own_words volumes.NamedCase.reference figures.Fact figures.OpenAtEnd
        today.Snoozed
    """,
    "too narrow for a canary, or it must be a true one": """
        constituents.PersonAddress.postcode constituents.PersonPhone.number constituents.PersonPhone.compact
    """,
    # The gap of this test: no row of it is planted, though it may hold words of a case or a person.
    "not planted": """
        inbox.Upload inbox.WebDraft inbox.WebDraftFile campaigns.Campaign campaigns.CampaignMerge
        campaigns.Likeness campaigns.Answer
    """,
}
NO_CANARY = {name: why for why, names in WITHOUT.items() for name in names.split()}
