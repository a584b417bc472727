"""Cases, their issues and their timeline."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class CasesConfig(AppConfig):
    name = "opencasework.office.cases"
    label = "cases"

    def ready(self) -> None:
        from opencasework.office.cases.append_only import allow_changes, refuse_changes

        pre_migrate.connect(allow_changes, sender=self)
        post_migrate.connect(refuse_changes, sender=self)
