"""Addresses of this folder's pages."""

from django.urls import URLPattern, path

from opencasework.office.calls import views

urlpatterns: list[URLPattern] = [
    path("calls/", views.calls, name="call-list"),
    path("calls/<int:pk>/", views.sheet, name="call-sheet"),
    path("cases/<int:pk>/calls/", views.case_calls, name="case-calls"),
]
