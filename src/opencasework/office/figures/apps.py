"""Person-free facts and the figures made from them."""

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "opencasework.office.figures"
    label = "figures"
