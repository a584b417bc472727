"""Mailboxes and messages, for tests."""

from __future__ import annotations

from datetime import UTC, datetime

import factory

from opencasework.office.inbox.models import Mailbox, Message


class MailboxFactory(factory.django.DjangoModelFactory[Mailbox]):
    """A mailbox where nobody answers; with `account=mailbox` one on the test's own server."""

    class Meta:
        model = Mailbox
        exclude = ("account",)
        skip_postgeneration_save = True

    account = None
    name = "Casework"
    address = factory.Sequence("casework{}@member.example".format)
    host = factory.LazyAttribute(lambda box: box.account.host if box.account else "127.0.0.1")
    port = factory.LazyAttribute(lambda box: box.account.port if box.account else 9)
    security = Mailbox.Security.NONE
    username = factory.LazyAttribute(lambda box: box.account.user if box.account else "nobody")
    authserv_id = "mx.member.example"

    @factory.post_generation
    def password(obj, create, extracted, **kwargs):
        obj.set_password(extracted or "secret")
        obj.save()


class MessageFactory(factory.django.DjangoModelFactory[Message]):
    """A mail from an unknown person that has been read and waits in the inbox."""

    class Meta:
        model = Message

    from_name = "Nia Pryce"
    from_address = factory.Sequence("nia{}@post.example".format)
    subject = factory.Sequence("Damp in my flat {}".format)
    text = "There is mould in both bedrooms."
    reply_text = factory.SelfAttribute("text")
    received_at = datetime(2026, 11, 3, 10, 0, tzinfo=UTC)
