"""Messages that arrive."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "opencasework.office.inbox"
    label = "inbox"

    def ready(self) -> None:
        from opencasework.office.authority.returned import WHEN_FILED, WHO_SENT
        from opencasework.office.inbox.actions import join_case_of_form
        from opencasework.office.inbox.signed_forms import who_sent

        WHEN_FILED.append(join_case_of_form)
        WHO_SENT.append(who_sent)
        from opencasework.office.authority import scans
        from opencasework.office.inbox.papers import why_unusable

        scans.OPENS.append(why_unusable)
        from opencasework.office.cases import numbers
        from opencasework.office.cases.models import came_apart
        from opencasework.office.inbox.coming_apart import when_apart
        from opencasework.office.inbox.texts import texts_of

        numbers.SOURCES.append(texts_of)
        came_apart.connect(when_apart)
        from opencasework.office.inbox import enclosing
        from opencasework.office.letters import mailing, stopping
        from opencasework.office.letters.pack import concerns, documents

        documents.DOCUMENTS.append(enclosing.documents_of)
        documents.WHOSE.append(enclosing.text_warning)
        concerns.WRONG.append(enclosing.wrong_with)
        stopping.NEWS.append(enclosing.news_of)
        mailing.FROM.append(enclosing.our_address_for)
