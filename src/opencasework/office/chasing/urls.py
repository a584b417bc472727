"""Addresses of this folder's pages."""

from django.urls import path

from opencasework.office.chasing import clock_views, ladder_views, views

urlpatterns = [
    path("chasers/", views.chasers, name="chasers"),
    path("chasers/ladder/", ladder_views.ladder, name="ladder"),
    path("chasers/ladder/days/", ladder_views.office_days, name="ladder-days"),
    path("chasers/ladder/new/", ladder_views.rung, name="rung-new"),
    path("chasers/ladder/<int:pk>/", ladder_views.rung, name="rung"),
    path("chasers/ladder/<int:pk>/place/", ladder_views.rung_place, name="rung-place"),
    path("chasers/ladder/<int:pk>/removal/", ladder_views.rung_removal, name="rung-removal"),
    path("bodies/<int:pk>/successor/", ladder_views.body_successor, name="body-successor"),
    path(
        "bodies/<int:pk>/successor/removal/",
        ladder_views.body_successor_removal,
        name="body-successor-removal",
    ),
    path("enquiries/<int:pk>/", clock_views.enquiry, name="enquiry"),
    path("enquiries/<int:pk>/chase/", views.chase, name="chase"),
    *(
        path(f"enquiries/<int:pk>/{act}/", clock_views.enquiry_clock, {"act": act}, name=f"enquiry-{act}")
        for act in clock_views.ACTS
    ),
    path("enquiries/<int:pk>/undo/<str:token>/", clock_views.enquiry_undo, name="enquiry-undo"),
    path("enquiries/<int:pk>/withdrawal/", clock_views.enquiry_withdrawal, name="enquiry-withdrawal"),
    path("letters/<int:pk>/day/", views.chaser_day, name="chaser-day"),
    path("letters/<int:pk>/calls/<int:number>/", views.chaser_call, name="chaser-call"),
    path("cases/<int:pk>/enquiries/new/", clock_views.enquiry_new, name="enquiry-new"),
]
