"""The people the office helps."""

from django.apps import AppConfig


class ConstituentsConfig(AppConfig):
    name = "opencasework.office.constituents"
    label = "constituents"
