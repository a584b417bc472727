"""Addresses of this folder's pages."""

from django.urls import path

from opencasework.office.chasing import views

urlpatterns = [
    path("chasers/", views.chasers, name="chasers"),
    path("enquiries/<int:pk>/chase/", views.chase, name="chase"),
]
