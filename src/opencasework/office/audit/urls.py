"""Addresses of this folder's pages."""

from django.urls import URLPattern, path

from opencasework.office.audit import views

urlpatterns: list[URLPattern] = [
    path("settings/record/", views.record, name="record"),
    path("settings/record/verification/", views.verification, name="record-verification"),
    path("settings/record/anchor/", views.anchor, name="record-anchor"),
]
