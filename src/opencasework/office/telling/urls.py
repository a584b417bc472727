"""Addresses of this folder's pages."""

from django.urls import path

from opencasework.office.telling import views

urlpatterns = [
    path("enquiries/<int:pk>/forwarding/", views.forwarding, name="enquiry-forwarding"),
    path("words/<int:pk>/told/", views.told, name="word-told"),
]
