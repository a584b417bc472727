"""Addresses of this folder's pages."""

from django.urls import URLPattern, path

from opencasework.office.authority import views

urlpatterns: list[URLPattern] = [
    path("cases/<int:pk>/authorities/", views.authorities, name="case-authorities"),
    path("cases/<int:pk>/authorities/new/", views.new, name="authority-new"),
    path("authorities/<int:pk>/scan/", views.scan, name="authority-scan"),
    path("authorities/<int:pk>/withdrawal/", views.withdrawal, name="authority-withdrawal"),
]
