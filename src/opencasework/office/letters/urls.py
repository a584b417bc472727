"""Addresses of this folder's pages."""

from django.urls import path

from opencasework.office.letters import (
    asking,
    exporting,
    letterhead,
    panels,
    preview,
    snippets,
    views,
    wording,
)

urlpatterns = [
    path("letters/", views.letters, name="letters"),
    path("letters/wording/", wording.wordings, name="wordings"),
    path("letters/wording/fields/", wording.field_list, name="letter-fields"),
    path("letters/wording/snippets/", snippets.snippets, name="snippets"),
    path("letters/wording/snippets/new/", snippets.new, name="snippet-new"),
    path("letters/wording/snippets/offered/", snippets.offered, name="snippets-offered"),
    path("letters/wording/snippets/<int:pk>/", snippets.snippet, name="snippet"),
    path("letters/wording/snippets/<int:pk>/away/", snippets.putting_away, name="snippet-away"),
    path("letters/letterhead/", letterhead.letterhead, name="letterhead"),
    path("letters/letterhead/logo.png", letterhead.logo_picture, name="letterhead-logo"),
    path("letters/signature/", letterhead.signature, name="signature"),
    path("letters/signature/signature.png", letterhead.signature_picture, name="signature-picture"),
    path("letters/wording/<str:code>/", wording.wording, name="wording"),
    path("letters/wording/<str:code>/preview/", preview.choose, name="wording-preview-choose"),
    path(
        "letters/wording/<str:code>/<str:language>/<int:number>/", wording.version, name="wording-version"
    ),
    path(
        "letters/wording/<str:code>/<str:language>/<int:number>/file.docx",
        wording.word_file,
        name="wording-file",
    ),
    path("letters/<int:pk>/", views.letter, name="letter"),
    path("letters/<int:pk>/letter.pdf", views.letter_pdf, name="letter-pdf"),
    path("letters/<int:pk>/letter.docx", exporting.letter_docx, name="letter-docx"),
    path("letters/<int:pk>/sending/", views.sending, name="letter-sending"),
    path("letters/<int:pk>/posting/", views.posting, name="letter-posting"),
    path("letters/<int:pk>/undo/", views.undo, name="letter-undo"),
    path("letters/<int:pk>/discarding/", views.discarding, name="letter-discarding"),
    path("letters/<int:pk>/address/", views.address_works, name="letter-address"),
    path("authority-asks/<int:pk>/email/", asking.authority_email, name="authority-email"),
    path("mails/<int:pk>/decision/", views.mail_decision, name="mail-decision"),
    path("cases/<int:pk>/letters/new/", views.letter_new, name="letter-new"),
    path("cases/<int:pk>/wording/<str:code>/", preview.preview, name="wording-preview"),
    path("cases/<int:pk>/enquiries/", panels.case_enquiries, name="case-enquiries"),
    path("enquiries/<int:pk>/replies/", panels.enquiry_replies, name="enquiry-replies"),
    path("replies/<int:pk>/kind/", panels.reply_kind, name="reply-kind"),
    path("replies/<int:pk>/undo/<str:token>/", panels.reply_undo, name="reply-undo"),
]
