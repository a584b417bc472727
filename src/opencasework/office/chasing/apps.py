"""Replies that are due."""

from django.apps import AppConfig


class ChasingConfig(AppConfig):
    name = "opencasework.office.chasing"
    label = "chasing"
