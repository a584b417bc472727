"""Addresses of the wording of letters, the paragraphs kept, the letterhead, and a letter as a Word file."""

from django.urls import path

from opencasework.office.letters import exporting, letterhead, papers_due, preview, snippets, wording

_VERSION = "letters/wording/<str:code>/<str:language>/<int:number>/"

urlpatterns = [
    path("letters/wording/", wording.wordings, name="wordings"),
    path("letters/wording/fields/", wording.field_list, name="letter-fields"),
    path("letters/wording/snippets/", snippets.snippets, name="snippets"),
    path("letters/wording/snippets/new/", snippets.new, name="snippet-new"),
    path("letters/wording/snippets/<int:pk>/", snippets.snippet, name="snippet"),
    path("letters/wording/snippets/<int:pk>/away/", snippets.putting_away, name="snippet-away"),
    path("office/papers-due/", papers_due.papers_due, name="papers-due"),
    path("letters/letterhead/", letterhead.letterhead, name="letterhead"),
    path("letters/letterhead/logo.png", letterhead.logo_picture, name="letterhead-logo"),
    path("letters/letterhead/signature/", letterhead.signature, name="signature"),
    path("letters/letterhead/signature.png", letterhead.signature_picture, name="signature-picture"),
    path("letters/wording/<str:code>/", wording.wording, name="wording"),
    path("letters/wording/<str:code>/preview/", preview.choose, name="wording-preview-choose"),
    path(_VERSION, wording.version, name="wording-version"),
    path(f"{_VERSION}file.docx", wording.word_file, name="wording-file"),
    path("letters/<int:pk>/letter.docx", exporting.letter_docx, name="letter-docx"),
    path("cases/<int:pk>/wording/<str:code>/", preview.preview, name="wording-preview"),
]
