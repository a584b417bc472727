"""Person-free facts and the figures made from them."""

from django.apps import AppConfig
from django.db.models.signals import pre_delete


class FiguresConfig(AppConfig):
    name = "opencasework.office.figures"
    label = "figures"

    def ready(self) -> None:
        from opencasework.office.cases.models import Case, opened_by_mistake
        from opencasework.office.figures.models import forget_mistaken, keep_restricted

        pre_delete.connect(keep_restricted, sender=Case)
        opened_by_mistake.connect(forget_mistaken)
