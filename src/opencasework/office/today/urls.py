"""Addresses of this folder's pages."""

from django.urls import path

from opencasework.office.today import views

urlpatterns = [
    path("", views.today, name="today"),
    path("today/rail/", views.rail_counts, name="rail-counts"),
    path("today/cases/<int:pk>/done/", views.done, name="today-done"),
    path("today/cases/<int:pk>/snooze/", views.snooze, name="today-snooze"),
    path("today/mentions/<int:pk>/", views.mention, name="today-mention"),
    path("today/mentions/<int:pk>/again/", views.mention, {"is_seen": False}, name="today-mention-again"),
    path("today/opinions/<int:pk>/", views.opinion, name="today-opinion"),
    path("today/opinions/<int:pk>/again/", views.opinion, {"is_seen": False}, name="today-opinion-again"),
    path("today/rows/<str:kind>/<int:pk>/snooze/", views.rest, name="today-rest"),
    path("today/rows/<str:kind>/<int:pk>/wake/", views.wake, name="today-wake"),
    path("today/cases/<int:pk>/undo/<str:token>/", views.undo, name="today-undo"),
]
