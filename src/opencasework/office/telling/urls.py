"""Addresses of this folder's pages."""

from django.urls import path

from opencasework.office.telling import views

urlpatterns = [
    path("cases/<int:pk>/forwarding/", views.latest_answer, name="case-forwarding"),
    path("enquiries/<int:pk>/forwarding/", views.forwarding, name="enquiry-forwarding"),
    path("words/<int:pk>/told/", views.told, name="word-told"),
]
