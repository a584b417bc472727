"""Addresses of this folder's pages."""

from django.urls import path

from opencasework.office.volumes import views

urlpatterns = [
    path("review/letters/", views.review, name="volumes"),
    path("letters/<int:pk>/volume/", views.letter_volume, name="letter-volume"),
    path("letters/<int:pk>/bulk/", views.letter_bulk, name="letter-bulk"),
    path("letters/<int:pk>/early/", views.letter_early, name="letter-early"),
    path("letters/<int:pk>/gathering/", views.letter_gathering, name="letter-gathering"),
    path("letters/<int:pk>/alone/", views.letter_alone, name="letter-alone"),
    path(
        "letters/<int:pk>/schedule/<int:own>/calls/<int:number>/",
        views.letter_line_call,
        name="letter-line-call",
    ),
    path("letters/<int:pk>/words-along/", views.letter_words_along, name="letter-words-along"),
    path("bodies/<int:pk>/stock-answers/", views.body_stock, name="body-stock"),
]
