"""Letters, enquiries and mails, for tests. Each comes about as it does in the office."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import factory
from django.db import transaction
from django.utils import timezone

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.models import Body
from opencasework.office.bodies.tests.factories import BodyContactFactory, BodyFactory
from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.letters import actions
from opencasework.office.letters.models import Enquiry, Letter, LetterTemplate, OutgoingMail
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import StaffMember


class LetterFactory(factory.Factory[Letter]):
    """A draft to a body by email, ready to be sent: covered by an authority, with every field filled in.

    `to_body=body("DWP")` names the body; `template="LT-ACK"` writes to the constituent instead.
    `authority=False` leaves the authority out, `email=""` the body's address.
    """

    class Meta:
        model = Letter

    by = factory.LazyAttribute(lambda letter: letter.case.owner)
    case = factory.SubFactory(CaseFactory)
    to_body = factory.SubFactory(BodyFactory)
    template = "LT-DEPT"
    text = "Please would you look at this again?"
    authority = True
    email = factory.Sequence("members{}@landlord.example".format)

    @classmethod
    def _create(
        cls,
        model_class: type[Letter],
        *_args: Any,
        case: Case,
        by: StaffMember,
        to_body: Body,
        template: str,
        text: str,
        authority: bool,
        email: str,
        **given: Any,
    ) -> Letter:
        OfficeFactory()
        wording = LetterTemplate.objects.get(code=template)
        if wording.to_body:
            given["to_body"] = to_body
            given["to_contact"] = to_body.contacts.first() or BodyContactFactory(body=to_body, email=email)
            if authority:
                AuthorityFactory(case=case, given_on=date(2020, 1, 1))
        else:
            given["to_person"] = case.constituent
        letter = actions.worded(case=case, template=wording, by=by, today=timezone.localdate(), **given)
        actions.keep_draft(letter, by=by)
        if text:
            letter.text = text
            letter.save(update_fields=["text"])
        return letter


class EnquiryFactory(factory.Factory[Enquiry]):
    """An enquiry that left by email on `sent_on` (today, unless told), with its letter and its clock."""

    class Meta:
        model = Enquiry

    sent_on = factory.LazyFunction(timezone.localdate)

    @classmethod
    def _create(cls, model_class: type[Enquiry], *_args: Any, sent_on: date, **given: Any) -> Enquiry:
        letter = LetterFactory(**given)
        left_at = timezone.make_aware(datetime(sent_on.year, sent_on.month, sent_on.day, 11))
        with transaction.atomic():
            actions.record_departure(letter, at=left_at, by=letter.drafted_by)
        return Enquiry.objects.get(letter=letter)


class OutgoingMailFactory(factory.django.DjangoModelFactory[OutgoingMail]):
    """A mail of the office on its way out, of no letter unless told: a stand-in for one at a given state."""

    class Meta:
        model = OutgoingMail

    to = factory.Sequence("somebody{}@post.example".format)
    reply_to = "office@office.example"
    subject = "Your letter"
    text = "Thank you for your letter."
    message_id = factory.Sequence("<{}@office.example>".format)
    send_after = factory.LazyFunction(timezone.now)
