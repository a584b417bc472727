"""Messages that arrive."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "opencasework.office.inbox"
    label = "inbox"
