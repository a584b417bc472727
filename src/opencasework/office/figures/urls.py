"""Addresses of this folder's pages."""

from django.urls import path

from opencasework.office.figures import views

urlpatterns = [
    path("figures/", views.figures, name="figures"),
    path("figures/figures.csv", views.download, name="figures-csv"),
    path("figures/cases/", views.cases, name="figures-cases"),
]
