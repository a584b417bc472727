"""Letters, enquiries and the outbox."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LettersConfig(AppConfig):
    name = "opencasework.office.letters"
    label = "letters"

    def ready(self) -> None:
        from opencasework.office.letters.reference import load_templates

        # After every migration, and after a test empties the tables.
        post_migrate.connect(load_templates, sender=self)
