"""Letters, enquiries and the outbox."""

from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "opencasework.office.letters"
    label = "letters"
