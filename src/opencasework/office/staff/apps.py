"""The people who work here."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "opencasework.office.staff"
    label = "staff"
