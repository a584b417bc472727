"""Every address of the office: each folder brings its own."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import TemplateView

FOLDERS = [
    "today",
    "reminders",
    "inbox",
    "campaigns",
    "telling",
    "cases",
    "authority",
    "routes",
    "letters",
    "chasing",
    "referrals",
    "calls",
    "volumes",
    "constituents",
    "bodies",
    "figures",
    "publishing",
    "search",
    "staff",
    "audit",
]


def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process is up, and nothing else."""
    return HttpResponse("ok", content_type="text/plain")


handler404 = "opencasework.office.kit.not_saved.not_found"

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.urls")),
    path("healthz", healthz, name="healthz"),
    path("components/", TemplateView.as_view(template_name="kit/components.html"), name="components"),
    *(path("", include(f"opencasework.office.{folder}.urls")) for folder in FOLDERS),
]
