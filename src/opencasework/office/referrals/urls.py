"""Addresses of this folder's pages."""

from django.urls import path

from opencasework.office.referrals import partner_views, views

urlpatterns = [
    path("referrals/", partner_views.referrals, name="referrals"),
    path("cases/<int:pk>/ombudsman/", views.case_ombudsman, name="case-ombudsman"),
    path("cases/<int:pk>/ombudsman/new/", views.complaint_new, name="complaint-new"),
    path("cases/<int:pk>/complaint-stages/new/", views.stage_new, name="complaint-stage-new"),
    path("cases/<int:pk>/complaint-stages/<int:stage_pk>/", views.stage_answer, name="complaint-stage"),
    path(
        "cases/<int:pk>/complaint-stages/<int:stage_pk>/taken-back/",
        views.stage_back,
        name="complaint-stage-back",
    ),
    path("complaints/<int:pk>/", views.complaint, name="complaint"),
    path("complaints/<int:pk>/words/", views.complaint_words, name="complaint-words"),
    path("complaints/<int:pk>/letter/", views.complaint_letter, name="complaint-letter"),
    path("complaints/<int:pk>/signature/", views.complaint_signed, name="complaint-signed"),
    path("complaints/<int:pk>/signing/", views.complaint_signing, name="complaint-signing"),
    path("complaints/<int:pk>/submission/", views.complaint_submission, name="complaint-submission"),
    path("complaints/<int:pk>/progress/", views.complaint_progress, name="complaint-progress"),
    path("complaints/<int:pk>/steps/<int:step_pk>/taken-back/", views.step_back, name="complaint-step-back"),
    path("partners/", partner_views.partners, name="partners"),
    path("partners/new/", partner_views.partner_new, name="partner-new"),
    path("partners/<int:pk>/", partner_views.partner, name="partner"),
    path("partners/<int:pk>/edit/", partner_views.partner_edit, name="partner-edit"),
    path("cases/<int:pk>/partners/", partner_views.case_partners, name="case-partners"),
    path("cases/<int:pk>/partners/out/new/", partner_views.outward_new, name="outward-new"),
    path("cases/<int:pk>/partners/in/new/", partner_views.inward_new, name="inward-new"),
    path("referrals-out/<int:pk>/answer/", partner_views.outward_answer, name="outward-answer"),
    path("referrals-out/<int:pk>/result/", partner_views.outward_result, name="outward-result"),
    path(
        "referrals-out/<int:pk>/answer/taken-back/",
        partner_views.outward_answer_back,
        name="outward-answer-back",
    ),
    path(
        "referrals-out/<int:pk>/result/taken-back/",
        partner_views.outward_result_back,
        name="outward-result-back",
    ),
    path("referrals-out/<int:pk>/reminder/", partner_views.outward_reminder, name="outward-reminder"),
    path("referrals-out/<int:pk>/letter/", partner_views.outward_letter, name="outward-letter"),
    path("referrals-in/<int:pk>/edit/", partner_views.inward_edit, name="inward-edit"),
    path("referrals-in/<int:pk>/taken-back/", partner_views.inward_back, name="inward-back"),
    path("referrals-in/<int:pk>/told/", partner_views.inward_told, name="inward-told"),
    path("referrals-in/<int:pk>/told/taken-back/", partner_views.inward_told_back, name="inward-told-back"),
    path("referrals-in/<int:pk>/untold/", partner_views.inward_untold, name="inward-untold"),
]
