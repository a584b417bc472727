"""Who may speak for whom."""

from django.apps import AppConfig


class AuthorityConfig(AppConfig):
    name = "opencasework.office.authority"
    label = "authority"
