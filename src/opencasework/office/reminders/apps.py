"""What reminds a colleague outside the pages: a calendar feed of their own, and a digest in the morning."""

from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "opencasework.office.reminders"
    label = "reminders"
