"""Addresses of this folder's pages."""

from django.urls import URLPattern, path

from opencasework.office.cases import access_views, acts, reference_acts, tagging, transfer_acts, views, word_acts

urlpatterns: list[URLPattern] = [
    path("cases/", views.cases, name="cases"),
    path("cases/new/", views.new, name="case-new"),
    path("cases/when/", views.when, name="when"),
    path("cases/<int:pk>/", views.case, name="case"),
    path("cases/<int:pk>/notes/", acts.notes, name="case-notes"),
    path("cases/<int:pk>/calls/", acts.calls, name="case-calls"),
    path("cases/<int:pk>/tags/", tagging.tags, name="case-tags"),
    path("cases/<int:pk>/access/", acts.access, name="case-access"),
    path("cases/<int:pk>/who-sees/", access_views.who_sees, name="case-who-sees"),
    path("cases/<int:pk>/restriction/", access_views.restriction, name="case-restriction"),
    path("cases/<int:pk>/names/", access_views.naming, name="case-naming"),
    path("cases/<int:pk>/names/<int:person_pk>/removal/", access_views.unnaming, name="case-unnaming"),
    path("cases/<int:pk>/looks/", access_views.looks, name="case-looks"),
    path("cases/restricted/", access_views.opening, name="restricted-opening"),
    path("cases/openings/<int:pk>/read/", access_views.notice_read, name="opening-read"),
    path("cases/<int:pk>/owner/", acts.owner, name="case-owner"),
    path("cases/<int:pk>/next-action/", acts.next_action, name="case-next-action"),
    path("cases/<int:pk>/closure/", acts.closure, name="case-closure"),
    path("cases/<int:pk>/reopening/", acts.reopening, name="case-reopening"),
    path("cases/<int:pk>/issues/new/", acts.new_issue, name="case-issue-new"),
    path("cases/<int:pk>/people/new/", acts.new_person, name="case-person-new"),
    path("cases/<int:pk>/references/new/", reference_acts.new_reference, name="case-reference-new"),
    path("cases/<int:pk>/references/found/", reference_acts.found_numbers, name="case-references-found"),
    path("cases/<int:pk>/references/kept/", reference_acts.keep_found, name="case-references-kept"),
    path("cases/<int:pk>/references/<int:number_pk>/", reference_acts.show_reference, name="case-reference"),
    path(
        "cases/<int:pk>/references/<int:number_pk>/removal/",
        reference_acts.remove_reference,
        name="case-reference-removal",
    ),
    path("cases/<int:pk>/transfers/new/", transfer_acts.new, name="case-transfer-new"),
    path("cases/<int:pk>/transfers/<int:transfer_pk>/", transfer_acts.answer, name="case-transfer"),
    path("tags/", word_acts.tags, name="tags"),
    path("tags/merge/", word_acts.merge, name="tags-merge"),
    path("tags/words/<int:pk>/", word_acts.word, name="tags-word"),
    path("tags/changes/<int:pk>/undo/", word_acts.undo, name="tags-undo"),
    path("people/<int:pk>/cases/", views.person_cases, name="person-cases"),
]
