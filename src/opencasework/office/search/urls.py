"""Addresses of this folder's pages."""

from django.urls import path

from opencasework.office.search import callers, views

urlpatterns = [
    path("search/", views.search, name="search"),
    path("search/callers/", callers.callers, name="callers"),
]
