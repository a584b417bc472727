"""What was sent to the people of a campaign, kept as messages of ours beside theirs: one for each, once."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from opencasework.office.campaigns.models import Answer
from opencasework.office.cases.models import Channel
from opencasework.office.inbox.models import Message
from opencasework.office.kit.steps import step
from opencasework.office.letters.models import OutgoingMail
from opencasework.office.places.models import Office


def keep_sent(*, at_most: int = 200) -> int:
    """Keep what has left and is not kept yet; how many. Any process may do this, and die anywhere in it."""
    left = Answer.objects.filter(mail__state=OutgoingMail.State.SENT, kept_at=None)
    chosen = left.select_related("mail", "message__mailbox", "message__thread", "person").order_by("pk")
    return sum(_keep(answer) for answer in chosen[:at_most])


@transaction.atomic
def _keep(answer: Answer) -> bool:
    # Of two who keep it, the update lets one through; whoever dies before the end has kept nothing.
    if not Answer.objects.filter(pk=answer.pk, kept_at=None).update(kept_at=timezone.now()):
        return False
    step()
    message, mail, office = answer.message, answer.mail, Office.here()
    if message is None:  # it was erased since, and with it what we answered
        return False
    Message.objects.create(
        direction=Message.Direction.OUT,
        channel=Channel.EMAIL,
        mailbox=message.mailbox,
        thread=message.thread or message,
        message_id=mail.message_id[:250],
        in_reply_to=mail.in_reply_to,
        from_name=office.title[:300],
        from_address=(mail.from_email or office.email).lower(),
        to=[{"name": message.from_name, "address": mail.to}],
        subject=mail.subject,
        text=mail.text,
        reply_text=mail.text,
        sent_at=mail.sent_at,
        received_at=mail.sent_at or timezone.now(),
        person=answer.person,
        size=len(mail.text.encode()),
        virus_due_at=None,  # our own words
    )
    step()
    return True
