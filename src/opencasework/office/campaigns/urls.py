"""Addresses of this folder's pages."""

from django.urls import URLPattern, path

from opencasework.office.campaigns import answering, panels, reply_page, views

urlpatterns: list[URLPattern] = [
    path("campaigns/", views.campaigns, name="campaigns"),
    path("campaigns/<int:pk>/", views.campaign, name="campaign"),
    path("campaigns/<int:pk>/decision/", views.decision, name="campaign-decision"),
    path("campaigns/<int:pk>/name/", views.name, name="campaign-name"),
    path("campaigns/<int:pk>/page/", reply_page.reply_page, name="campaign-reply-page"),
    path("campaigns/<int:pk>/merge/", views.merge, name="campaign-merge"),
    path("campaigns/<int:pk>/messages/", views.putting_in, name="campaign-messages"),
    path("campaigns/<int:pk>/messages/<int:message_pk>/", views.member, name="campaign-message"),
    path("campaigns/<int:pk>/letters/<slug:audience>/", answering.letter, name="campaign-letter"),
    path(
        "campaigns/<int:pk>/letters/<slug:audience>/approval/", answering.approval, name="campaign-approval"
    ),
    path("campaigns/<int:pk>/letters/<slug:audience>/undo/", answering.undo, name="campaign-letter-undo"),
    path("people/<int:pk>/messages/", panels.person_messages, name="person-messages"),
    path("campaigns/<int:pk>/mails/<int:mail_pk>/", answering.mail, name="campaign-mail"),
    path(
        "campaigns/<int:pk>/mails/<int:mail_pk>/undeciding/",
        answering.mail_undeciding,
        name="campaign-mail-undeciding",
    ),
]
