"""Addresses of this folder's pages."""

from django.urls import URLPattern, path

from opencasework.office.authority import asking, demands, looking, meaning, reviewing, views
from opencasework.office.authority.signing import views as signing

urlpatterns: list[URLPattern] = [
    path("cases/<int:pk>/authorities/", views.authorities, name="case-authorities"),
    path("cases/<int:pk>/authorities/new/", views.new, name="authority-new"),
    path("cases/<int:pk>/authorities/asking/", asking.new, name="authority-ask-new"),
    path("cases/<int:pk>/authorities/demands/", demands.new, name="authority-demand-new"),
    path("authorities/<int:pk>/", views.authority, name="authority"),
    path("authorities/<int:pk>/scan/", views.scan, name="authority-scan"),
    path("authorities/<int:pk>/looked-at/", looking.looked_at, name="authority-looked-at"),
    path("authorities/<int:pk>/withdrawal/", views.withdrawal, name="authority-withdrawal"),
    path("authorities/<int:pk>/meant/", meaning.meant, name="authority-meant"),
    path("authority-asks/<int:pk>/", asking.ask, name="authority-ask"),
    path("authority-asks/<int:pk>/form.pdf", asking.form, name="authority-form"),
    path("authority-asks/<int:pk>/paper/", asking.paper, name="authority-paper"),
    path("authority-asks/<int:pk>/link/", asking.link, name="authority-link"),
    path("authority-asks/<int:pk>/closing/", asking.closing, name="authority-ask-closing"),
    path("authority-asks/code/", asking.by_code, name="authority-code"),
    path("returned-forms/<int:pk>/", asking.returned_form, name="returned-form"),
    path("returned-forms/<int:pk>/scan/", asking.returned_scan, name="returned-scan"),
    path("authority-demands/<int:pk>/", demands.demand, name="authority-demand"),
    path("authority/review/", reviewing.review, name="authority-review"),
    path("sign/", signing.opening, name="sign"),
    path("sign/copy/", signing.copy, name="sign-copy"),
    path("sign/form/", signing.paper, name="sign-paper"),
    path("sign/<slug:name>/", signing.step, name="sign-step"),
]
