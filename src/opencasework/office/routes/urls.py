"""Addresses of this folder's pages."""

from django.urls import path

from opencasework.office.routes import views

urlpatterns = [
    path("cases/<int:pk>/route/", views.case_route, name="case-route"),
    path("cases/<int:pk>/route/dates/new/", views.date_new, name="route-date-new"),
    path("cases/<int:pk>/route/dates/<int:date_pk>/taken-back/", views.date_back, name="route-date-back"),
    path("cases/<int:pk>/route/limits/<int:limit_pk>/", views.limit, name="route-limit"),
    path("cases/<int:pk>/route/limits/<int:limit_pk>/taken-back/", views.limit_back, name="route-limit-back"),
    path("cases/<int:pk>/route/decisions/new/", views.decision_new, name="route-decision-new"),
    path("cases/<int:pk>/route/decisions/<int:decision_pk>/", views.opinion, name="route-opinion"),
    path(
        "cases/<int:pk>/route/decisions/<int:decision_pk>/taken-back/",
        views.decision_back,
        name="route-decision-back",
    ),
]
