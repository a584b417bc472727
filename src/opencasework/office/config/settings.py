"""The one settings file. What differs between offices comes from the home folder and the environment."""

from __future__ import annotations

import os
from typing import Any

from csp.constants import NONE, SELF

from opencasework.office.config.home import Home, HomeError


def yes_or_no(name: str, default: str = "no") -> bool:
    """Read an environment switch; raises HomeError naming the variable when it is neither yes nor no."""
    value = os.environ.get(name, default)
    if value not in {"yes", "no"}:
        raise HomeError(f'{name} is "{value}"; write "yes" or "no".')
    return value == "yes"


HOME = Home.from_environment()
DEBUG = yes_or_no("CASEWORK_DEBUG")
DEMO = yes_or_no("CASEWORK_DEMO")
SECRET_KEY = os.environ.get("CASEWORK_SECRET_KEY") or HOME.key("secret")
ALLOWED_HOSTS = os.environ.get("CASEWORK_HOSTS", "localhost 127.0.0.1 [::1]").split()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "opencasework.office.config",
    "opencasework.office.kit",
    "opencasework.office.places",
    "opencasework.office.staff",
    "opencasework.office.audit",
    "opencasework.office.bodies",
    "opencasework.office.constituents",
    "opencasework.office.tags",
    "opencasework.office.cases",
    "opencasework.office.authority",
    "opencasework.office.routes",
    "opencasework.office.letters",
    "opencasework.office.chasing",
    "opencasework.office.referrals",
    "opencasework.office.calls",
    "opencasework.office.inbox",
    "opencasework.office.campaigns",
    "opencasework.office.telling",
    "opencasework.office.volumes",
    "opencasework.office.figures",
    "opencasework.office.today",
    "opencasework.office.reminders",
    "opencasework.office.search",
    "opencasework.office.publishing",
    "opencasework.office.demo",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "opencasework.office.kit.once.OnceForAPage",
    "opencasework.office.staff.middleware.SignedInStaffOnly",
    "opencasework.office.config.middleware.NothingPrivateIsKept",
    "opencasework.office.config.middleware.TwoAtOnceAreTold",
    "opencasework.office.cases.typed.SpentWhenSaved",
    "opencasework.office.audit.middleware.LooksAreWrittenDown",
    "opencasework.office.constituents.leading.LeadsToTheSurvivor",
]

ROOT_URLCONF = "opencasework.office.config.urls"
WSGI_APPLICATION = "opencasework.office.config.wsgi.application"

# Cotton and template-partials wrap the loaders; by hand, so that each wraps once.
_LOADERS: list[Any] = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": [
                ("template_partials.loader.Loader", [("opencasework.office.kit.templating.Loader", _LOADERS)])
            ],
            # Django's own sentences, looked up once: see there.
            "libraries": {"i18n": "opencasework.office.kit.templatetags.translating"},
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "opencasework.office.cases.templatetags.typing_kept",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "opencasework.office.today.navigation.shell",
            ],
        },
    }
]
COTTON_ISOLATE_BY_DEFAULT = True
FORM_RENDERER = "opencasework.office.kit.choosing.Renderer"

# Whoever runs a PostgreSQL cluster says whether its storage is encrypted; the database cannot.
PG_STORAGE_ENCRYPTED = yes_or_no("CASEWORK_PG_STORAGE_ENCRYPTED")

# SQLite unless a PostgreSQL database is named. TEST names a file: in-memory SQLite breaks a live server.
DATABASES: dict[str, dict[str, Any]]
if os.environ.get("CASEWORK_PG_NAME"):
    DATABASES = {
        "default": {
            "ENGINE": "opencasework.office.config.postgresql",
            "NAME": os.environ["CASEWORK_PG_NAME"],
            "HOST": os.environ.get("CASEWORK_PG_HOST", ""),
            "PORT": os.environ.get("CASEWORK_PG_PORT", ""),
            "USER": os.environ.get("CASEWORK_PG_USER", ""),
            "PASSWORD": os.environ.get("CASEWORK_PG_PASSWORD", ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "opencasework.office.config.sqlcipher",
            "NAME": HOME.database,
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                "key": os.environ.get("CASEWORK_DATABASE_KEY") or HOME.key("database"),
                # IMMEDIATE: a deferred transaction that turns writer fails at once with "locked".
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;"
                    "PRAGMA trusted_schema=OFF;PRAGMA journal_size_limit=67108864"
                ),
            },
            "TEST": {"NAME": HOME.root / "test.sqlite3"},
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "staff.StaffMember"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_ADAPTER = "opencasework.office.staff.accounts.NobodySignsUp"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
# Nobody learns by mail whether an address is known here, and nobody is sent mail by a stranger.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Open Casework"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO or DEBUG

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("cy", "Cymraeg")]
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = os.environ.get("CASEWORK_STATIC_ROOT") or HOME.root / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
# Behind TLS unless told otherwise; the demo and the tests speak plain HTTP on this machine.
TLS = yes_or_no("CASEWORK_TLS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SECURE_HSTS_SECONDS = 31536000 if TLS else 0
SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None
# Behind a proxy its own address is no visitor's: without this one guesser would lock everybody out.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = os.environ.get("CASEWORK_ORIGINS", "").split()

# Uploads over this size go to a temporary file; the largest accepted file is kit.limits.LARGEST_UPLOAD.
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 36 * 1024 * 1024  # ten of text, each byte of which a form writes as three
DATA_UPLOAD_MAX_NUMBER_FILES = 500  # the forms allow fewer (kit.limits) and say so in a sentence

# How outgoing mail leaves: the outbox sends through this server.
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("CASEWORK_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("CASEWORK_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("CASEWORK_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("CASEWORK_SMTP_PASSWORD", "")
EMAIL_USE_TLS = yes_or_no("CASEWORK_SMTP_STARTTLS")
EMAIL_USE_SSL = yes_or_no("CASEWORK_SMTP_TLS")
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = os.environ.get("CASEWORK_MAIL_FROM", "Open Casework <no-reply@localhost>")
# Where the public site built from the publications is, for a link; empty hides it.
OBSERVATORY_URL = os.environ.get("CASEWORK_OBSERVATORY_URL", "")

# Where Microsoft and Google sign people in; other addresses for national clouds, and for the tests.
MICROSOFT_LOGIN = os.environ.get("CASEWORK_MICROSOFT_LOGIN", "https://login.microsoftonline.com")
GOOGLE_CONSENT = os.environ.get("CASEWORK_GOOGLE_CONSENT", "https://accounts.google.com/o/oauth2/v2/auth")
GOOGLE_TOKENS = os.environ.get("CASEWORK_GOOGLE_TOKENS", "https://oauth2.googleapis.com/token")
# A virus scanner, as HOST:PORT or the path of its socket; empty: nothing is scanned, and every file says so.
CLAMD = os.environ.get("CASEWORK_CLAMD", "")
if CLAMD and not (CLAMD.startswith("/") or CLAMD.rpartition(":")[2].isdigit()):
    raise HomeError(
        f'CASEWORK_CLAMD is "{CLAMD}"; write HOST:PORT, such as 127.0.0.1:3310, or the path of its socket.'
    )

# How long every letter is held; unset: as the office says under Rules for mail.
_hold = os.environ.get("CASEWORK_OUTBOX_HOLD_SECONDS", "")
OUTBOX_HOLD_SECONDS = int(_hold) if _hold else None

SILENCED_SYSTEM_CHECKS = ["templates.W003"]  # that `i18n` is ours and Django's
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"cut_secrets": {"()": "opencasework.office.config.logs.CutSecrets"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "filters": ["cut_secrets"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
