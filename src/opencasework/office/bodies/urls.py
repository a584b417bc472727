"""Addresses of this folder's pages."""

from django.urls import URLPattern, path

from opencasework.office.bodies import views

urlpatterns: list[URLPattern] = [
    path("bodies/", views.bodies, name="bodies"),
    path("bodies/new/", views.new, name="body-new"),
    path("bodies/<int:pk>/", views.body, name="body"),
    path("bodies/<int:pk>/edit/", views.edit, name="body-edit"),
    path("bodies/<int:pk>/contacts/new/", views.contact, name="body-contact-new"),
    path("bodies/<int:pk>/contacts/<int:contact_pk>/", views.contact, name="body-contact"),
    path(
        "bodies/<int:pk>/contacts/<int:contact_pk>/removal/",
        views.contact_removal,
        name="body-contact-removal",
    ),
]
