"""Addresses of this folder's pages."""

from django.urls import URLPattern, path

from opencasework.office.bodies import checking, list_views, views

urlpatterns: list[URLPattern] = [
    path("bodies/", views.bodies, name="bodies"),
    path("bodies/new/", views.new, name="body-new"),
    path("bodies/list/", list_views.bring_in, name="body-list"),
    path("bodies/<int:pk>/", views.body, name="body"),
    path("bodies/<int:pk>/edit/", views.edit, name="body-edit"),
    path("bodies/<int:pk>/units/new/", views.new, name="body-unit-new"),
    path("bodies/<int:pk>/facts/<str:name>/", views.fact, name="body-fact"),
    path("bodies/<int:pk>/checked/", checking.checked, name="body-checked"),
    path("bodies/<int:pk>/checked/undo/<str:token>/", checking.checked_undo, name="body-checked-undo"),
    path("bodies/<int:pk>/contacts/<int:contact_pk>/checked/", checking.checked, name="body-contact-checked"),
    path("bodies/<int:pk>/contacts/new/", views.contact, name="body-contact-new"),
    path("bodies/<int:pk>/contacts/<int:contact_pk>/", views.contact, name="body-contact"),
    path(
        "bodies/<int:pk>/contacts/<int:contact_pk>/removal/",
        views.contact_removal,
        name="body-contact-removal",
    ),
    path(
        "bodies/<int:pk>/contacts/removed/<int:removed_pk>/return/",
        views.contact_return,
        name="body-contact-return",
    ),
]
