"""Mailboxes, what arrived in them, and the messages it is: who writes, what about, and what became of it."""

from opencasework.office.inbox.models.answers import Acknowledged, Answer
from opencasework.office.inbox.models.copies import Copy, Erased
from opencasework.office.inbox.models.desk import Act, ActLine, InboxView, MessagePart, Reader, Snooze
from opencasework.office.inbox.models.files import Attachment, FileText, PreviewPage, Upload
from opencasework.office.inbox.models.learning import Lesson, SuggestionResult, SuggestionSettings
from opencasework.office.inbox.models.mailboxes import Arrival, Mailbox, MailboxCursor, only_the_inbox
from opencasework.office.inbox.models.messages import Message, MessageQuerySet, blobs
from opencasework.office.inbox.models.viruses import VirusChecked

# Django looks for models here; the web form has its own beside its pages.
from opencasework.office.inbox.webform import models as webform_models  # noqa: F401

__all__ = [
    "Acknowledged",
    "Act",
    "ActLine",
    "Answer",
    "Arrival",
    "Attachment",
    "Copy",
    "Erased",
    "FileText",
    "InboxView",
    "Lesson",
    "Mailbox",
    "MailboxCursor",
    "Message",
    "MessagePart",
    "MessageQuerySet",
    "PreviewPage",
    "Reader",
    "Snooze",
    "SuggestionResult",
    "SuggestionSettings",
    "Upload",
    "VirusChecked",
    "blobs",
    "only_the_inbox",
]
