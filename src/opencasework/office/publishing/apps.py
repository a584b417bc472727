"""The only door out."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "opencasework.office.publishing"
    label = "publishing"
