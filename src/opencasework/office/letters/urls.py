"""Addresses of this folder's pages."""

from django.urls import path

from opencasework.office.letters import answers, asking, panels, views, wording

urlpatterns = [
    path("letters/", views.letters, name="letters"),
    path("letters/wording/", wording.wordings, name="wordings"),
    path("letters/wording/<str:code>/", wording.wording, name="wording"),
    path("letters/<int:pk>/", views.letter, name="letter"),
    path("letters/<int:pk>/letter.pdf", views.letter_pdf, name="letter-pdf"),
    path("letters/<int:pk>/sending/", views.sending, name="letter-sending"),
    path("letters/<int:pk>/posting/", views.posting, name="letter-posting"),
    path("letters/<int:pk>/undo/", views.undo, name="letter-undo"),
    path("letters/<int:pk>/discarding/", views.discarding, name="letter-discarding"),
    path("letters/<int:pk>/address/", views.address_works, name="letter-address"),
    path("authority-asks/<int:pk>/email/", asking.authority_email, name="authority-email"),
    path("mails/<int:pk>/decision/", views.mail_decision, name="mail-decision"),
    path("bodies/<int:pk>/answers/", answers.body_answers, name="body-answers"),
    path("cases/<int:pk>/letters/new/", views.letter_new, name="letter-new"),
    path("cases/<int:pk>/enquiries/", panels.case_enquiries, name="case-enquiries"),
    path("enquiries/<int:pk>/replies/", panels.enquiry_replies, name="enquiry-replies"),
    path("replies/<int:pk>/kind/", panels.reply_kind, name="reply-kind"),
    path("replies/<int:pk>/undo/<str:token>/", panels.reply_undo, name="reply-undo"),
]
