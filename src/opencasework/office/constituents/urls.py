"""Addresses of this folder's pages."""

from django.urls import URLPattern, path

from opencasework.office.constituents import merge_views, rows, views

urlpatterns: list[URLPattern] = [
    path("people/", views.people, name="people"),
    path("people/new/", views.new, name="person-new"),
    path("people/alike/", views.alike, name="people-alike"),
    path("people/duplicates/", merge_views.possible, name="duplicates"),
    path("people/merges/<int:pk>/undo/", merge_views.undo, name="merge-undo"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/edit/", views.edit, name="person-edit"),
    path("people/<int:pk>/move/", rows.move, name="person-move"),
    path("people/<int:pk>/acting/new/", rows.new_acting, name="acting-new"),
    path("people/<int:pk>/acting/<int:row_pk>/", rows.acting, name="acting"),
    path("people/<int:pk>/households/new/", rows.new_household, name="household-new"),
    path("people/<int:pk>/same-as/<int:other_pk>/", merge_views.compare, name="people-compare"),
    path("people/<int:pk>/not-same-as/<int:other_pk>/", merge_views.not_the_same, name="people-told-apart"),
    *(
        route
        for what, name in [
            ("phones", "phone"),
            ("emails", "email"),
            ("names", "name"),
            ("addresses", "address"),
        ]
        for route in (
            path(f"people/<int:pk>/{what}/new/", rows.new_row, {"what": what}, name=f"person-{name}-new"),
            path(f"people/<int:pk>/{what}/<int:row_pk>/", rows.row, {"what": what}, name=f"person-{name}"),
        )
    ),
    path("households/<int:pk>/", rows.household, name="household"),
    path("households/<int:pk>/edit/", rows.household_name, name="household-edit"),
    path("households/<int:pk>/members/", rows.new_member, name="household-member-new"),
    path("households/<int:pk>/members/<int:member_pk>/left/", rows.member_left, name="household-member-left"),
]
