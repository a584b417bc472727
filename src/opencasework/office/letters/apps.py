"""Letters, enquiries and the outbox."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LettersConfig(AppConfig):
    name = "opencasework.office.letters"
    label = "letters"

    def ready(self) -> None:
        from opencasework.office.authority.actions import WHEN_WITHDRAWN
        from opencasework.office.cases import cards
        from opencasework.office.cases.models import open_again, status
        from opencasework.office.letters import leaving, reopened, uncovered
        from opencasework.office.letters.models import Letter
        from opencasework.office.letters.outbox import take_back_uncovered
        from opencasework.office.letters.reference import load_templates

        WHEN_WITHDRAWN.append(take_back_uncovered)
        cards.IN_PLACE["authority_ended"] = uncovered.card
        leaving.MORE_CHECKS.append(reopened.check)
        open_again.connect(reopened.on_open_again)
        status.AWAITED.append((status.Status.MEMBER, Letter.objects.for_signature))

        # After every migration, and after a test empties the tables.
        post_migrate.connect(load_templates, sender=self)
