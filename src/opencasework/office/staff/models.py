"""People who work in the office."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class Role(models.TextChoices):
    MEMBER = "member", "Member"
    OFFICE_MANAGER = "office_manager", "Office manager"
    SENIOR_CASEWORKER = "senior_caseworker", "Senior caseworker"
    CASEWORKER = "caseworker", "Caseworker"
    PARLIAMENTARY_ASSISTANT = "parliamentary_assistant", "Parliamentary assistant"
    ADMINISTRATOR = "administrator", "Administrator"
    VOLUNTEER = "volunteer", "Intern or volunteer"


class StaffMember(AbstractUser):
    """Somebody who works here. Their role says what they may do (permissions.py)."""

    # Who it is; a question about what somebody may see goes by the rest: see kit.questions.
    name_it = ("id", "username", "first_name", "last_name", "email", "password", "last_login", "date_joined")

    role = models.CharField(max_length=24, choices=Role, default=Role.CASEWORKER)
    keyboard_shortcuts = models.BooleanField(default=True)  # single keys; WCAG 2.1.4 wants them switchable

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def initials(self) -> str:
        """Two letters for the round badge: first and last name's, or the sign-in name's first two."""
        names = self.get_full_name().split()
        return (names[0][0] + names[-1][0] if len(names) > 1 else self.username[:2]).upper()
