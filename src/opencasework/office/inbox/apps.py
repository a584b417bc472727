"""Messages that arrive."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "opencasework.office.inbox"
    label = "inbox"

    def ready(self) -> None:
        from opencasework.office.cases import numbers
        from opencasework.office.inbox.texts import texts_of

        numbers.SOURCES.append(texts_of)
