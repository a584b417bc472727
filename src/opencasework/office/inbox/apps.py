"""Messages that arrive."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "opencasework.office.inbox"
    label = "inbox"

    def ready(self) -> None:
        from opencasework.office.authority.returned import WHEN_FILED
        from opencasework.office.inbox.actions import join_case_of_form

        WHEN_FILED.append(join_case_of_form)
        from opencasework.office.cases import numbers
        from opencasework.office.inbox.texts import texts_of

        numbers.SOURCES.append(texts_of)
