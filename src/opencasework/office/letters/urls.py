"""Addresses of this folder's pages."""

from django.urls import path

from opencasework.office.letters import answers, asking, closing, mail_views, panels, views, wording_urls
from opencasework.office.letters.pack import views as pack_views
from opencasework.office.letters.review import views as review

urlpatterns = [
    path("letters/", views.letters, name="letters"),
    *wording_urls.urlpatterns,
    path("letters/signature/", review.signature, name="letters-signature"),
    path("letters/second-look/", review.second_look, name="second-look"),
    path("letters/<int:pk>/", views.letter, name="letter"),
    path("letters/<int:pk>/passing/", review.passing, name="letter-passing"),
    path("letters/<int:pk>/back/", review.sending_back, name="letter-back"),
    path("letters/<int:pk>/approval/", review.approval, name="letter-approval"),
    path("letters/<int:pk>/unreviewing/", review.taking_back, name="letter-unreviewing"),
    path("letters/<int:pk>/suggestions/", review.suggestions, name="letter-suggestions"),
    path("letters/<int:pk>/comments/", review.comments, name="letter-comments"),
    path("letters/<int:pk>/history/", review.letter_history, name="letter-history"),
    path("letters/<int:pk>/history/<int:number>/", review.bringing_back, name="letter-bringing-back"),
    path("letters/<int:pk>/letter.pdf", views.letter_pdf, name="letter-pdf"),
    path("letters/<int:pk>/sending/", views.sending, name="letter-sending"),
    path("letters/<int:pk>/posting/", views.posting, name="letter-posting"),
    path("letters/<int:pk>/undo/", views.undo, name="letter-undo"),
    path("letters/<int:pk>/readdressing/", views.readdressing, name="letter-readdressing"),
    path("letters/<int:pk>/discarding/", views.discarding, name="letter-discarding"),
    path("letters/<int:pk>/restoring/", views.restoring, name="letter-restoring"),
    path("letters/<int:pk>/papers/", pack_views.papers, name="letter-papers"),
    path("letters/<int:pk>/papers/choice/", pack_views.papers_choice, name="letter-papers-choice"),
    path("letters/<int:pk>/papers/back/<str:source>/", pack_views.papers_back, name="letter-papers-back"),
    path("letters/<int:pk>/papers/<int:file>/", pack_views.papers_file, name="letter-papers-file"),
    path("letters/<int:pk>/address/", views.address_works, name="letter-address"),
    path("authority-asks/<int:pk>/email/", asking.authority_email, name="authority-email"),
    path("mails/<int:pk>/decision/", mail_views.mail_decision, name="mail-decision"),
    path("mails/<int:pk>/undeciding/", mail_views.mail_undeciding, name="mail-undeciding"),
    path("bodies/<int:pk>/answers/", answers.body_answers, name="body-answers"),
    path("cases/<int:pk>/closure/", closing.closure, name="case-closure"),
    path("cases/<int:pk>/letters/new/", views.letter_new, name="letter-new"),
    path("cases/<int:pk>/enquiries/", panels.case_enquiries, name="case-enquiries"),
    path("enquiries/<int:pk>/replies/", panels.enquiry_replies, name="enquiry-replies"),
    path("replies/<int:pk>/kind/", panels.reply_kind, name="reply-kind"),
    path("replies/<int:pk>/undo/<str:token>/", panels.reply_undo, name="reply-undo"),
]
