"""Addresses of this folder's pages."""

from django.urls import URLPattern, path

from opencasework.office.constituents import views

urlpatterns: list[URLPattern] = [
    path("people/", views.people, name="people"),
    path("people/new/", views.new, name="person-new"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/edit/", views.edit, name="person-edit"),
]
