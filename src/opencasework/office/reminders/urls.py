"""Addresses of this folder's pages."""

from django.urls import URLPattern, path

from opencasework.office.reminders import views

urlpatterns: list[URLPattern] = [
    path("calendar/<str:token>.ics", views.feed, name="calendar-feed"),
    path("account/reminders/", views.reminders, name="reminders"),
    path("account/reminders/calendar/", views.calendar_link, name="calendar-link"),
    path("account/reminders/calendar/revocation/", views.calendar_revocation, name="calendar-revocation"),
    path("account/reminders/digest/", views.digest, name="digest"),
]
