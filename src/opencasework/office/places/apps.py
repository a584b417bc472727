"""Areas, nations, titles: what differs by place."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "opencasework.office.places"
    label = "places"
