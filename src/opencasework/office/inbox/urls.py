"""Addresses of this folder's pages."""

from django.urls import URLPattern, path

from opencasework.office.inbox import (
    bringing_in,
    deciding,
    files,
    mailboxes,
    other_member,
    panels,
    rules,
    tagging,
    views,
    writing_down,
)
from opencasework.office.inbox.webform import managing
from opencasework.office.inbox.webform.views import write

urlpatterns: list[URLPattern] = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/new/", writing_down.entry, name="call-new"),
    path("inbox/new/<slug:kind>/", writing_down.entry, name="entry-new"),
    path("inbox/files/", bringing_in.files, name="files"),
    path("inbox/files/begun/", bringing_in.begun, name="files-begun"),
    path("inbox/files/<uuid:key>/", bringing_in.upload, name="upload"),
    path("inbox/files/<uuid:key>/pieces/", bringing_in.pieces, name="upload-pieces"),
    path("inbox/files/<uuid:key>/forgotten/", bringing_in.forgotten, name="upload-forgotten"),
    path("inbox/messages/<int:pk>/", views.message, name="message"),
    path("inbox/messages/<int:pk>/formatted/", files.formatted, name="message-formatted"),
    path("inbox/messages/<int:pk>/raw/", files.raw, name="message-raw"),
    path("inbox/messages/<int:pk>/infected/", files.infected_message, name="message-infected"),
    path("inbox/attachments/<int:pk>/", files.attachment, name="message-attachment"),
    path("inbox/attachments/<int:pk>/infected/", files.infected_attachment, name="attachment-infected"),
    path("inbox/attachments/<int:pk>/pages/", files.pages, name="attachment-pages"),
    path("inbox/attachments/<int:pk>/pages/<int:number>/", files.picture, name="attachment-picture"),
    path("inbox/messages/<int:pk>/filing/", deciding.filing, name="message-filing"),
    path("inbox/messages/<int:pk>/case/", deciding.new_case, name="message-case"),
    path("inbox/messages/<int:pk>/decision/", deciding.decision, name="message-decision"),
    path("inbox/messages/<int:pk>/tags/", tagging.tags, name="message-tags"),
    path("inbox/messages/<int:pk>/tags/accepted/", tagging.accept, name="message-tags-accepted"),
    path("inbox/messages/<int:pk>/taking/", deciding.taking, name="message-taking"),
    path("inbox/messages/<int:pk>/undo/", deciding.undo, name="message-undo"),
    path("inbox/messages/<int:pk>/other-member/", other_member.other_member, name="message-other-member"),
    path("settings/mail/", rules.rules, name="mail-rules"),
    path("settings/web-form/", managing.settings, name="web-form-settings"),
    path("write/", write, name="write"),
    path("write/<slug:name>/", write, name="write-step"),
    path("mailboxes/", mailboxes.mailboxes, name="mailboxes"),
    path("mailboxes/new/", mailboxes.new, name="mailbox-new"),
    path("mailboxes/consent/", mailboxes.consented, name="mailbox-consented"),
    path("mailboxes/<int:pk>/", mailboxes.state, name="mailbox-state"),
    path("mailboxes/<int:pk>/change/", mailboxes.mailbox, name="mailbox"),
    path("mailboxes/<int:pk>/folders/", mailboxes.folders, name="mailbox-folders"),
    path("mailboxes/<int:pk>/pause/", mailboxes.pause, name="mailbox-pause"),
    path("mailboxes/<int:pk>/removal/", mailboxes.removal, name="mailbox-removal"),
    path("mailboxes/<int:pk>/consent/", mailboxes.consent, name="mailbox-consent"),
    path("cases/<int:pk>/messages/", panels.case_messages, name="case-messages"),
]
