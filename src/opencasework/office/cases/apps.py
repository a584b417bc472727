"""Cases, their issues and their timeline."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_delete, pre_migrate


class CasesConfig(AppConfig):
    name = "opencasework.office.cases"
    label = "cases"

    def ready(self) -> None:
        from opencasework.office.cases.append_only import allow_changes, refuse_changes
        from opencasework.office.cases.models import Case
        from opencasework.office.cases.people_changed import on_changed
        from opencasework.office.cases.people_joined import on_joining, on_merged, on_parted
        from opencasework.office.cases.sealing import note_erasure
        from opencasework.office.constituents.changes import person_changed
        from opencasework.office.constituents.merging import people_joining, people_merged, people_parted

        pre_delete.connect(note_erasure, sender=Case)
        pre_migrate.connect(allow_changes, sender=self)
        post_migrate.connect(refuse_changes, sender=self)
        person_changed.connect(on_changed)
        people_joining.connect(on_joining)
        people_merged.connect(on_merged)
        people_parted.connect(on_parted)
