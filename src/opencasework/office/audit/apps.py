"""The ledger of what was done and who looked."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class AuditConfig(AppConfig):
    name = "opencasework.office.audit"
    label = "audit"

    def ready(self) -> None:
        from opencasework.office.audit.append_only import APPEND_ONLY

        for table in APPEND_ONLY:
            pre_migrate.connect(table.allow_changes, sender=self)
            post_migrate.connect(table.refuse_changes, sender=self)
