"""Addresses of publishing."""

from django.urls import path

from opencasework.office.publishing import views

urlpatterns = [
    path("publications/", views.publications, name="publications"),
    path("publications/<str:month>/", views.publication, name="publication"),
    path("publications/<str:month>/draft/", views.draft, name="publication-draft"),
    path("publications/<str:month>/draft/drop/", views.dropping, name="publication-draft-drop"),
    path("publications/<str:month>/signature/", views.signature, name="publication-signature"),
    path("publications/<str:month>/withdrawal/", views.withdrawal, name="publication-withdrawal"),
    path("publications/<str:month>/public/<path:name>", views.public_file, name="publication-file"),
]
