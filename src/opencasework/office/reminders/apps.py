"""What reminds a colleague outside the pages: a calendar feed of their own, and a digest in the morning."""

from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "opencasework.office.reminders"
    label = "reminders"

    def ready(self) -> None:
        from django.db.models.signals import post_save

        from opencasework.office.reminders.models import end_with
        from opencasework.office.staff.models import StaffMember

        post_save.connect(end_with, sender=StaffMember)
