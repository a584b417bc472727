"""What needs me now."""

from django.apps import AppConfig


class TodayConfig(AppConfig):
    name = "opencasework.office.today"
    label = "today"
