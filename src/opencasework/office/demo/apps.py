"""The fictional office."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "opencasework.office.demo"
    label = "demo"
