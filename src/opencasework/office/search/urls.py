"""Addresses of this folder's pages."""

from django.urls import path

from opencasework.office.search import views

urlpatterns = [path("search/", views.search, name="search")]
