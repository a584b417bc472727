"""Person-free facts and the figures made from them."""

from django.apps import AppConfig
from django.db.models.signals import pre_delete


class FiguresConfig(AppConfig):
    name = "opencasework.office.figures"
    label = "figures"

    def ready(self) -> None:
        from opencasework.office.cases.models import Case
        from opencasework.office.figures.models import keep_restricted

        pre_delete.connect(keep_restricted, sender=Case)
