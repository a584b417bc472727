"""Addresses of this folder's pages."""

from django.urls import URLPattern, path

from opencasework.office.cases import access_views, acts, views

urlpatterns: list[URLPattern] = [
    path("cases/", views.cases, name="cases"),
    path("cases/new/", views.new, name="case-new"),
    path("cases/when/", views.when, name="when"),
    path("cases/<int:pk>/", views.case, name="case"),
    path("cases/<int:pk>/notes/", acts.notes, name="case-notes"),
    path("cases/<int:pk>/calls/", acts.calls, name="case-calls"),
    path("cases/<int:pk>/tags/", acts.tags, name="case-tags"),
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
    path("cases/<int:pk>/references/new/", acts.new_reference, name="case-reference-new"),
    path("cases/<int:pk>/references/<int:number_pk>/", acts.show_reference, name="case-reference"),
    path(
        "cases/<int:pk>/references/<int:number_pk>/removal/",
        acts.remove_reference,
        name="case-reference-removal",
    ),
    path("people/<int:pk>/cases/", views.person_cases, name="person-cases"),
]
