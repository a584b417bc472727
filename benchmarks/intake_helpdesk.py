"""The peer of the intake benchmark: django-helpdesk in an environment of its own, taking in the same mails.

It gets what its own documentation asks for and nothing that would slow it down: a queue that reads a local
folder, no log, no notifications to others, and acknowledgements that go nowhere.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

VERSION = "2.6.1"  # the newest that works with Django 5.2
PACKAGES = [f"django-helpdesk=={VERSION}", "django>=5.2,<5.3", "psycopg[binary]"]

SETTINGS = """\
import os
SECRET_KEY = "only for a benchmark"
DATABASES = {{"default": {{"ENGINE": "django.db.backends.postgresql", "NAME": "helpdesk",
    "HOST": os.environ["CASEWORK_PG_HOST"], "PORT": os.environ["CASEWORK_PG_PORT"],
    "USER": os.environ["CASEWORK_PG_USER"]}}}}
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
    "django.contrib.sites", "django.contrib.humanize", "django.contrib.admin", "django.contrib.messages",
    "rest_framework", "helpdesk"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware"]
TEMPLATES = [{{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
    "OPTIONS": {{"context_processors": ["django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages"]}}}}]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "peer_urls"
SITE_ID = 1
USE_TZ = True
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
MEDIA_ROOT = {media!r}
HELPDESK_TEAMS_MODE_ENABLED = False
HELPDESK_ACTIVATE_API_ENDPOINT = False
"""
URLS = """\
from django.urls import include, path
urlpatterns = [path("helpdesk/", include("helpdesk.urls", namespace="helpdesk"))]
"""
QUEUE = """\
import django
django.setup()
from helpdesk.models import Queue
Queue.objects.create(title="Casework", slug="cw", email_address="casework@holloway.example",
    allow_email_submission=True, email_box_type="local", email_box_local_dir={folder!r},
    email_box_interval=0, logging_type="none", enable_notifications_on_email_events=False)
"""
COUNT = """\
import django
django.setup()
from helpdesk.models import FollowUp
print(FollowUp.objects.count())
"""
# As many tickets as asked for, two messages each, as its own intake would have left them.
FILL = """\
import django
django.setup()
from django.db import connection
from django.utils import timezone
from helpdesk.models import FollowUp, Queue, Ticket, TicketCC
queue, now, step = Queue.objects.get(), timezone.now(), 2000
text = "We have waited for an answer since the spring and nobody writes back. " * 20
for start in range(0, {tickets}, step):
    made = Ticket.objects.bulk_create(
        Ticket(title=f"Housing ({{n}})", queue=queue, created=now, modified=now, description=text, priority=3,
            submitter_email=f"person{{n % 40000}}@post.example", secret_key=f"{{n:036}}")
        for n in range(start, start + step))
    FollowUp.objects.bulk_create(
        FollowUp(ticket=ticket, title="E-Mail Received", date=now, public=True, comment=text,
            message_id=f"<old.{{ticket.pk}}.{{each}}@post.example>")
        for ticket in made for each in (0, 1))
    TicketCC.objects.bulk_create(
        TicketCC(ticket=ticket, email="casework@holloway.example", can_view=True) for ticket in made)
with connection.cursor() as cursor:
    cursor.execute("ANALYZE")
"""


class Helpdesk:
    """django-helpdesk installed in `folder`, on the database `helpdesk` of the server in `environment`."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.mail = folder / "mail"
        self.python = folder / "env" / "bin" / "python"
        self.environment = {
            **environment,
            "PYTHONPATH": str(folder),
            "DJANGO_SETTINGS_MODULE": "peer_settings",
        }

    def install(self) -> None:
        """Make its environment, its tables and its queue."""
        self.mail.mkdir(parents=True)
        subprocess.run([sys.executable, "-m", "venv", str(self.folder / "env")], check=True)
        pip = [str(self.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *PACKAGES], check=True, stderr=subprocess.DEVNULL)
        (self.folder / "peer_settings.py").write_text(SETTINGS.format(media=str(self.folder / "media")))
        (self.folder / "peer_urls.py").write_text(URLS)
        # Its migrations also load the texts of its acknowledgements.
        self._run("-m", "django", "migrate", "--verbosity", "0")
        self._run("-c", QUEUE.format(folder=str(self.mail)))

    def fill(self, tickets: int) -> None:
        """Give it so many tickets with two messages each, and the statistics its queries are planned by."""
        self._run("-c", FILL.format(tickets=tickets))

    def command(self) -> list[str]:
        """What takes in every mail in its folder."""
        return [str(self.python), "-m", "django", "get_email", "--quiet"]

    def messages(self) -> int:
        """How many messages it holds."""
        return int(self._run("-c", COUNT))

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [str(self.python), *arguments], env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"django-helpdesk: {done.stderr[-2000:]}")
        return done.stdout
