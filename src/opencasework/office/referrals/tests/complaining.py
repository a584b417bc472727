"""Getting a complaint to an ombudsman ready, through the front door."""

from __future__ import annotations

from django.contrib.messages import get_messages
from django.urls import reverse

from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.letters.models import Letter
from opencasework.office.referrals.models import Complaint
from opencasework.office.tags.models import Category


def case_about(category, whom, by, **more):
    case = CaseFactory(by=by, category=Category.objects.get(code=category), **more)
    case.issues.update(body=body(whom))
    return case


def card(client, case) -> str:
    return client.get(
        reverse("case-ombudsman", args=[case.pk]), headers={"HX-Request": "true"}
    ).content.decode()  # fmt: skip


def post(client, page, /, *args, **data) -> str:
    """What was said to it: the messages that wait for the next page, or the page that asks again."""
    response = client.post(reverse(page, args=args), data)
    if response.status_code == 302:
        return " ".join(str(each) for each in get_messages(response.wsgi_request))
    return response.content.decode()


def stage(client, case, whom, *, name="Stage 1", sent="5 jan 2026", answered="", final=False):
    """A stage that the person sent themselves."""
    post(
        client, "complaint-stage-new", case.pk, body=whom, name=name, sent_on=sent, sent_by="person",
        issue=case.issues.get().pk,
    )  # fmt: skip
    made = case.complaint_stages.get(name=name)
    if answered:
        given = {"on": answered, "answer": "not"} | ({"is_final": "on"} if final else {})
        return post(client, "complaint-stage", case.pk, made.pk, **given)
    return ""


def begin(client, case, scheme, **more) -> Complaint:
    words = {
        "what_happened": "The landlord left the damp for a year.",
        "injustice": "Asthma; £400 of heating.",
    }
    about = more.pop("issue", None) or case.issues.get().pk
    data = {"issue": about, "scheme": scheme, "court": "none", **words, **more}
    said = post(client, "complaint-new", case.pk, **data)
    made = case.complaints.first()
    assert made is not None, said
    return made


def page(client, complaint) -> str:
    return client.get(complaint.get_absolute_url()).content.decode()


def lines(case) -> list[str]:
    return [line.text for line in case.events.filter(kind=Event.Kind.OMBUDSMAN).order_by("pk")]


def sent_by_post(client, letter_pk) -> str:
    letter = Letter.objects.get(pk=letter_pk)
    given = {"posted_on": "2026-11-23", "version": letter.version}
    return client.post(f"/letters/{letter.pk}/posting/", given, follow=True).content.decode()
