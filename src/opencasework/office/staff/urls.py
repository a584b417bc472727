"""Addresses of this folder's pages."""

from django.urls import URLPattern, path

from opencasework.office.staff import views

urlpatterns: list[URLPattern] = [
    path("account/", views.account, name="account"),
    path("help/", views.help_page, name="help"),
    path("signed-in/", views.signed_in, name="signed-in"),
    path("staff/", views.staff, name="staff"),
    path("staff/<int:pk>/", views.colleague, name="staff-member"),
]
