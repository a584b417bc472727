"""Addresses of this folder's pages."""

from django.urls import URLPattern, path

from opencasework.office.cases import (
    access_views,
    acts,
    following_up,
    issue_acts,
    moving_acts,
    reference_acts,
    tagging,
    taking_back_acts,
    team_acts,
    transfer_acts,
    views,
    word_acts,
)

urlpatterns: list[URLPattern] = [
    path("cases/", views.cases, name="cases"),
    path("cases/new/", views.new, name="case-new"),
    path("cases/when/", views.when, name="when"),
    path("cases/<int:pk>/", views.case, name="case"),
    path("cases/<int:pk>/notes/", acts.notes, name="case-notes"),
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
    path("cases/<int:pk>/lines/<int:line>/undo/", taking_back_acts.line_undo, name="case-line-undo"),
    path("cases/<int:pk>/closure/undo/", acts.closure_undo, name="case-closure-undo"),
    path("cases/<int:pk>/follow-ups/<int:number>/", following_up.follow_up, name="case-follow-up"),
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
    path(
        "cases/<int:pk>/transfers/<int:transfer_pk>/taken-back/",
        transfer_acts.answer_back,
        name="case-transfer-back",
    ),
    path("tags/", word_acts.tags, name="tags"),
    path("tags/merge/", word_acts.merge, name="tags-merge"),
    path("tags/words/<int:pk>/", word_acts.word, name="tags-word"),
    path("tags/changes/<int:pk>/undo/", word_acts.undo, name="tags-undo"),
    path("cases/<int:pk>/title/", issue_acts.title, name="case-title"),
    path("cases/<int:pk>/issues/<int:issue_pk>/", issue_acts.issue, name="case-issue"),
    path("cases/<int:pk>/issues/<int:issue_pk>/ending/", issue_acts.ending, name="case-issue-ending"),
    path(
        "cases/<int:pk>/issues/<int:issue_pk>/reopening/", issue_acts.reopening, name="case-issue-reopening"
    ),
    path(
        "cases/<int:pk>/issues/<int:issue_pk>/duplicate/", issue_acts.duplicate, name="case-issue-duplicate"
    ),
    path("cases/<int:pk>/questions/new/", issue_acts.new_question, name="case-question-new"),
    path("cases/<int:pk>/questions/<int:question_pk>/", issue_acts.answer, name="case-question"),
    path(
        "cases/<int:pk>/questions/<int:question_pk>/waiting/",
        issue_acts.waiting,
        name="case-question-waiting",
    ),
    path("cases/<int:pk>/people/<int:link_pk>/", team_acts.person, name="case-person"),
    path(
        "cases/<int:pk>/people/<int:link_pk>/removal/", team_acts.person_removal, name="case-person-removal"
    ),
    path("cases/<int:pk>/helpers/new/", team_acts.new_helper, name="case-helper-new"),
    path(
        "cases/<int:pk>/helpers/<int:helper_pk>/removal/",
        team_acts.helper_removal,
        name="case-helper-removal",
    ),
    path("cases/<int:pk>/links/new/", team_acts.new_link, name="case-link-new"),
    path("cases/<int:pk>/links/<int:link_pk>/removal/", team_acts.link_removal, name="case-link-removal"),
    path("cases/<int:pk>/drafts/<str:form>/", team_acts.draft, name="case-draft"),
    path("typing/<str:form>/", team_acts.typed_elsewhere, name="typing"),
    path("cases/<int:pk>/presence/", team_acts.presence, name="case-presence"),
    path("cases/<int:pk>/merging/", moving_acts.merging, name="case-merging"),
    path("cases/<int:pk>/splitting/", moving_acts.splitting, name="case-splitting"),
    path("cases/<int:pk>/moves/<int:move_pk>/undo/", moving_acts.undo, name="case-move-undo"),
    path("cases/<int:pk>/moves/<int:move_pk>/since/", moving_acts.since, name="case-move-since"),
    path("people/<int:pk>/cases/", views.person_cases, name="person-cases"),
]
