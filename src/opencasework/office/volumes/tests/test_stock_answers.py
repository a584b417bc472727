"""Stock answers: what a body writes again and again, told from what stands in each of its mails."""

from __future__ import annotations

from html import unescape

import pytest
from django.utils import timezone

from opencasework.office.inbox.models import Attachment, FileText, Message
from opencasework.office.inbox.reading.replies import new_text
from opencasework.office.inbox.tests.factories import MessageFactory
from opencasework.office.letters import actions
from opencasework.office.letters.models import Enquiry
from opencasework.office.letters.tests.factories import EnquiryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
NONE = "No answer of theirs has come three times."
FOOTER = (
    "This email and any files transmitted with it are private and are meant for the person or "
    "the organisation they were sent to. If you have received this email by mistake, please tell the sender "
    "and delete it from your system at once. You must not copy it, pass it on or make use of what it says. "
    "Our staff expect to be treated with respect and calls to this service may be recorded for training. "
    "Every effort is made to keep our messages free from viruses, and you should run your own checks as well."
)
DIFFERENT = [
    "The arrears that your constituent asked about were paid to her bank account in full last week.",
    "We cannot change the assessment because the tribunal has decided on the income of the other parent.",
    "The parent has been asked for proof of the rent, and nothing is taken from wages until then.",
]
SHORT = "Your enquiry has been passed to the relevant team."
LONG = (
    "Thank you for your letter about {name}. We take every complaint seriously and aim to put things right. "
    "The claim of {name} of {day} June was looked at by {who} and decided on {day} July this year. "
    "The matter has been passed to the relevant team who will reply in due course."
)


def answered(body, text: str, *, enquiry: Enquiry | None = None) -> Enquiry:
    """A reply by mail, on a case of its own unless it is to this enquiry."""
    enquiry = enquiry or EnquiryFactory(to_body=body, text="When is it paid?")
    mail = MessageFactory(text=text, reply_text=new_text(text), from_address="desk@body.example")
    actions.receive_reply(
        enquiry=enquiry, received_on=timezone.localdate(), message_id=mail.pk, text="Re: your letter"
    )
    return enquiry


def panel(client, body, enquiry: Enquiry) -> str:
    client.force_login(enquiry.case.owner)
    return unescape(client.get(f"/bodies/{body.pk}/stock-answers/").content.decode())


def test_a_footer_below_different_answers_makes_no_stock_answer(client, body):
    for text in DIFFERENT:
        last = answered(body, f"Dear Ms Hale\n\n{text}\n\n{FOOTER}")

    assert NONE in panel(client, body, last)


def test_an_answer_that_comes_again_among_others_is_found_beside_the_footer(client, body):
    for text in [LONG.format(name="Alex", day=4, who="Jo"), *DIFFERENT] + [
        LONG.format(name=name, day=day, who=who)
        for name, day, who in (("Sam Sample", 7, "the area office"), ("Ada", 19, "Mr Green"))
    ]:
        last = answered(body, f"{text}\n\n{FOOTER}")

    page = panel(client, body, last)

    assert "3 replies say nearly the same" in page
    assert "We take every complaint seriously" in page
    assert "arrears" not in page
    assert "viruses" not in page


def test_that_the_answer_is_attached_is_no_answer(client, body):
    for _ in range(3):
        last = answered(
            body, "Please find attached our reply to your recent enquiry on behalf of your constituent."
        )

    assert NONE in panel(client, body, last)


def test_a_short_answer_counts_where_it_is_word_for_word_the_same(client, body):
    for text in (SHORT, SHORT, "Your enquiry was handed over to somebody."):
        last = answered(body, text)
    two = panel(client, body, last)
    answered(body, SHORT)

    page = panel(client, body, last)

    assert NONE in two
    assert "3 replies say nearly the same" in page
    assert SHORT in page


def test_a_word_of_thanks_is_no_stock_answer(client, body):
    for _ in range(3):
        last = answered(body, "Thank you for your email.")

    assert NONE in panel(client, body, last)


def test_what_a_desk_passes_on_is_read_where_it_says_nothing_itself(client, body):
    for _ in range(3):
        last = answered(
            body,
            "Please see below\n\n---------- Forwarded message ---------\nFrom: Team <team@body.example>\n"
            f"Date: Tue, 3 Nov 2026\nSubject: Answer\nTo: desk@body.example\n\n{LONG}",
        )

    assert "3 replies say nearly the same" in panel(client, body, last)


def test_three_replies_on_one_case_make_no_pattern(client, body):
    first = answered(body, SHORT)
    for text in (SHORT, SHORT):
        answered(body, text, enquiry=first)

    assert NONE in panel(client, body, first)


OF_THE_CASE = (
    "The repair at the flat above was booked twice and nobody came either time.",
    "She was told in April that her file had been mislaid between two offices.",
    "His son has a place at the school from September, as we said on the telephone.",
)
STOCK = (
    "We are sorry to hear of the difficulty that has been met with our service. All requests are dealt with "
    "in the order in which they reach us, and we do not give dates. An officer will be in touch as soon as "
    "one is free to look into it."
)


def test_a_stock_answer_with_a_sentence_about_the_case_itself_is_found(client, body):
    for of_the_case in OF_THE_CASE:
        last = answered(body, f"Dear Ms Hale\n\n{of_the_case} {STOCK}\n\n{FOOTER}")

    page = panel(client, body, last)

    assert "3 replies say nearly the same" in page
    assert "An officer will be in touch" in page
    assert "mislaid" not in page
    assert "viruses" not in page


def test_so_is_one_among_other_answers(client, body):
    for text in (*(f"{of_the_case} {STOCK}" for of_the_case in OF_THE_CASE), *DIFFERENT):
        last = answered(body, f"{text}\n\n{FOOTER}")

    page = panel(client, body, last)

    assert "3 replies say nearly the same" in page
    assert "We are sorry to hear" in page
    assert "arrears" not in page


def test_answers_that_say_more_of_the_case_than_what_they_share_are_none(client, body):
    for of_the_case, different in zip(OF_THE_CASE, DIFFERENT, strict=True):
        last = answered(body, f"{of_the_case} {different} All requests are dealt with in their order here.")

    assert NONE in panel(client, body, last)


NOTED = "They rang: the team is looking into the arrears of the rent now."


def noted(body) -> Enquiry:
    """A reply that a colleague wrote down of a call."""
    enquiry = EnquiryFactory(to_body=body, text="When is it paid?")
    actions.receive_reply(enquiry=enquiry, received_on=timezone.localdate(), text=NOTED)
    return enquiry


def test_what_colleagues_wrote_down_of_calls_is_counted_in_their_words_and_not_quoted_as_the_bodys(
    client, body
):
    for _ in range(3):
        enquiry = noted(body)

    page = panel(client, body, enquiry)

    assert "3 replies say nearly the same" in page
    assert "as colleagues wrote them down, in their words:" in page
    assert NOTED in page
    assert f"“{NOTED}”" not in page


def test_beside_a_note_of_the_same_the_mails_alone_are_quoted(client, body):
    for name in ("Sam", "Ada"):
        answered(body, f"Dear {name}\n\n{NOTED.replace('They rang: t', 'T')}")
    enquiry = noted(body)

    page = panel(client, body, enquiry)

    assert "(1 as a colleague wrote it down)" in page
    assert "“The team is looking into the arrears of the rent now.”" in page
    assert "They rang" not in page


def test_an_answer_in_a_file_that_was_read_is_compared(client, body):
    for place, of_the_case in enumerate(OF_THE_CASE):
        last = answered(body, "Please find attached our reply.")
        mail = Message.objects.latest("pk")
        sha256 = f"{place}" * 64
        Attachment.objects.create(
            message=mail,
            position=0,
            filename="reply.pdf",
            content_type="application/pdf",
            size=9,
            sha256=sha256,
        )
        FileText.objects.create(source=sha256, text=f"Dear Ms Hale\n\n{of_the_case} {STOCK}")

    page = panel(client, body, last)

    assert "3 replies say nearly the same" in page
    assert "An officer will be in touch" in page
