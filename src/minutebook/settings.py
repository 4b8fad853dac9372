"""Django settings. Every value an operator may change is read from the environment here, and only here."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
from django.utils.csp import CSP
from environs import Env
from marshmallow.validate import OneOf

from minutebook.keys import kept_secret, new_fernet_key, new_secret_key

env = Env()
django_stubs_ext.monkeypatch()  # so that Django's generic classes take their parameters when the program runs

# --- Where things are -----------------------------------------------------------------------------

DATA = Path(env.str("MINUTEBOOK_DATA", "var")).resolve()
PUBLIC_URL = env.str("MINUTEBOOK_URL", f"http://localhost:{env.int('MINUTEBOOK_PORT', 8000)}").rstrip("/")
DEBUG = env.bool("MINUTEBOOK_DEBUG", False)
ALLOWED_HOSTS = env.list(
    "MINUTEBOOK_HOSTS", [urlsplit(PUBLIC_URL).hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
ROOT_URLCONF = "minutebook.urls"
WSGI_APPLICATION = "minutebook.wsgi.application"

# --- Secrets: from the environment, otherwise made once and kept in the data folder ----------------

SECRET_KEY = env.str("MINUTEBOOK_SECRET_KEY", "") or kept_secret(DATA / "keys" / "secret-key", new_secret_key)
# The first key encrypts; the others still decrypt, so that a key can be replaced.
TOKEN_KEYS = env.list("MINUTEBOOK_TOKEN_KEYS", []) or [
    kept_secret(DATA / "keys" / "token-key", new_fernet_key)
]

# --- Parts ----------------------------------------------------------------------------------------

_ON_POSTGRESQL = bool(env.str("DATABASE_URL", ""))
# What holds the background work until a worker takes it: tables in the same database, with either engine.
_QUEUE_APP = "procrastinate.contrib.django" if _ON_POSTGRESQL else "django_tasks_db"

INSTALLED_APPS = [
    "minutebook.design",  # first: its templates stand before allauth's and Django's
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "minutebook.activity",
    "minutebook.firms",
    "minutebook.retention",
    "minutebook.signin",  # before allauth, whose pages it replaces
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    _QUEUE_APP,
    "minutebook.contacts",
    "minutebook.practice",
    "minutebook.companies",
    "minutebook.spreadsheets",
    "minutebook.sync",
    "minutebook.documents",
    "minutebook.wordings",
    "minutebook.jobs",
    "minutebook.production",
    "minutebook.delivery",
    "minutebook.history",
    "minutebook.firstrun",
    "minutebook.help",
    "minutebook.server",
]

MIDDLEWARE = [
    "minutebook.server.request_log.RequestLogMiddleware",
    "minutebook.server.request_ids.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "minutebook.server.headers.HeadersMiddleware",  # before whitenoise: static files carry them as well
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "minutebook.activity.middleware.OriginMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "minutebook.firstrun.middleware.FirstRunMiddleware",
    "minutebook.signin.middleware.SessionLimitMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "minutebook.firms.middleware.FirmMiddleware",
    "minutebook.signin.middleware.SecondStepMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "minutebook.jobs.context.jobs_in_header",
                "minutebook.delivery.context.reviews_in_header",
                "minutebook.signin.context.sign_in_provider",
            ],
        },
    },
]
ABOUT_ALL_COMPANIES = ["spreadsheets", "sync"]  # pages not for people who see chosen companies only
FORM_RENDERER = "minutebook.design.forms.FormRenderer"

# --- Database: SQLite unless DATABASE_URL names PostgreSQL -----------------------------------------

_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=FULL;"  # a power cut must not lose an intent that was already committed
    "PRAGMA busy_timeout=5000;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA mmap_size=134217728;"
)


def sqlite_at(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": _SQLITE_PRAGMAS},
        # A file, because a worker process cannot see a database in another's memory.
        "TEST": {"NAME": str(DATA / "test.sqlite3")},
    }


def _database() -> dict[str, Any]:
    if not _ON_POSTGRESQL:
        return sqlite_at(DATA / "minutebook.sqlite3")
    database: dict[str, Any] = env.dj_db_url("DATABASE_URL", conn_max_age=60, conn_health_checks=True)
    return database


DATABASES: dict[str, dict[str, Any]] = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Background work: the same tasks, carried by the engine that suits the database -----------------

TASKS = {
    "default": {
        "BACKEND": (
            "minutebook.server.procrastinate_backend.ProcrastinateBackend"
            if _ON_POSTGRESQL
            else "minutebook.server.sqlite_backend.SQLiteBackend"
        ),
        "QUEUES": ["interactive", "default"],
    },
}
PROCRASTINATE_IMPORT_PATHS = ["minutebook.server.procrastinate_task"]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""  # our tasks are Django's: there are no others to discover

# For tests only: the job's waits are divided by this and the practice's allowance is multiplied by it, so that
# what takes an hour is seen in minutes. Never set it where Xero answers.
TIME_SCALE = env.float("MINUTEBOOK_TIME_SCALE", 1.0)

# --- Sign-in --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "firms.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "minutebook.signin.passwords.GuessableValidator"},
]
# Attempts are counted where every process sees them. A limit counts few rows; the number is for an attack.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "signin_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}
ACCOUNT_ADAPTER = "minutebook.signin.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # whoever is invited has opened the mail that says so
ACCOUNT_EMAIL_NOTIFICATIONS = True  # of every change to how a person signs in
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody has Minutebook write to strangers
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False  # the cookie ends with the browser, the session by the limits below
ACCOUNT_RATE_LIMITS = {  # an office has one address: what is counted by address is wide
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "reset_password": "10/m/ip,3/15m/key",
    "reset_password_from_key": "10/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "5/m/user",
    "invite": "50/h/key",  # mails of one firm
    "invitation": "20/m/ip",  # links that lead nowhere
    "link_code": "5/h/key",  # codes of one secure link
}
MFA_ADAPTER = "minutebook.signin.adapters.TwoStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up here, so no address is claimed by a stranger
MFA_TOTP_ISSUER = "Minutebook"
MFA_TOTP_TOLERANCE = 1  # half a minute either way: telephones' clocks differ
MFA_FORMS = {
    "authenticate": "minutebook.signin.forms.AuthenticateForm",
    "reauthenticate": "minutebook.signin.forms.ReauthenticateForm",
    "activate_totp": "minutebook.signin.forms.ActivateForm",
    "add_webauthn": "minutebook.signin.forms.AddPasskeyForm",
    "edit_webauthn": "minutebook.signin.forms.RenamePasskeyForm",
}
# The firm's own sign-in provider (OpenID Connect), if there is one.
OIDC_ISSUER = env.str("MINUTEBOOK_OIDC_ISSUER", "")
OIDC_CLIENT_ID = env.str("MINUTEBOOK_OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = env.str("MINUTEBOOK_OIDC_CLIENT_SECRET", "")
OIDC_NAME = env.str("MINUTEBOOK_OIDC_NAME", "your firm’s account")
OIDC_TRUSTS_EMAIL = env.bool("MINUTEBOOK_OIDC_TRUSTS_EMAIL", False)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "companies:list"
PASSWORD_RESET_TIMEOUT = 3600  # seconds
SESSION_IDLE = timedelta(minutes=env.int("MINUTEBOOK_SESSION_IDLE_MINUTES", 60))
SESSION_LONGEST = timedelta(hours=env.int("MINUTEBOOK_SESSION_HOURS", 12))
SESSION_COOKIE_AGE = round(SESSION_LONGEST.total_seconds()) + 3600  # past the limit, so that we say why
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # its cookie has no prefix

# --- Security -------------------------------------------------------------------------------------

_HTTPS = PUBLIC_URL.startswith("https://")
TRUSTED_PROXIES = env.int("MINUTEBOOK_TRUSTED_PROXIES", 0)  # how many stand before us; see minutebook.address
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"  # the way back from Xero must find the session
# A browser takes __Host- only over https and from this very host: no neighbour can set it.
SESSION_COOKIE_NAME = "__Host-minutebook" if _HTTPS else "minutebook"
CSRF_COOKIE_NAME = "__Host-minutebook-csrf" if _HTTPS else "minutebook-csrf"
SECURE_SSL_REDIRECT = _HTTPS and env.bool("MINUTEBOOK_REDIRECT_TO_HTTPS", True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
WHITENOISE_ALLOW_ALL_ORIGINS = False
SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],  # the code that an authenticator app scans
    "object-src": [CSP.NONE],
    "frame-src": [CSP.NONE],
    "worker-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}

# A backup older than this is said by `minutebook check --deploy`.
BACKUP_DAYS = env.int("MINUTEBOOK_BACKUP_DAYS", 7)

# --- Files, words, time ---------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
MEDIA_ROOT = DATA / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.str(
            "MINUTEBOOK_STATIC_STORAGE", "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
BACKUP_FOLDER = Path(folder).resolve() if (folder := env.str("MINUTEBOOK_BACKUP_FOLDER", "")) else None
BACKUP_AT = env.str("MINUTEBOOK_BACKUP_AT", "02:30 Australia/Melbourne")
BACKUP_KEEP = env.int("MINUTEBOOK_BACKUP_KEEP", 14)
BACKUP_PASSPHRASE = env.str("MINUTEBOOK_BACKUP_PASSPHRASE", "")
LANGUAGE_CODE = "en-au"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # each firm has its own; see firms.Firm.time_zone

# --- Mail: SMTP when a host is named, otherwise files in the data folder ---------------------------


def _mailer() -> dict[str, Any]:
    host = env.str("MINUTEBOOK_SMTP_HOST", "")
    if not host:
        folder = str(DATA / "mail")
        return {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": folder},
        }
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": host,
            "port": env.int("MINUTEBOOK_SMTP_PORT", 587),
            "username": env.str("MINUTEBOOK_SMTP_USER", ""),
            "password": env.str("MINUTEBOOK_SMTP_PASSWORD", ""),
            "use_tls": env.bool("MINUTEBOOK_SMTP_TLS", True),
            "timeout": 20,
        },
    }


MAILERS = {"default": _mailer()}
DEFAULT_FROM_EMAIL = env.str("MINUTEBOOK_MAIL_FROM", "Minutebook <minutebook@localhost>")

# --- The practice manager: Xero's own hosts unless told otherwise ----------------------------------

XPM_LOGIN_URL = env.str("XPM_LOGIN_URL", "https://login.xero.com")
XPM_IDENTITY_URL = env.str("XPM_IDENTITY_URL", "https://identity.xero.com")
XPM_API_URL = env.str("XPM_API_URL", "https://api.xero.com")
XPM_CLIENT_ID = env.str("XPM_CLIENT_ID", "")
XPM_CLIENT_SECRET = env.str("XPM_CLIENT_SECRET", "")
# The Connect button is a form whose answer redirects to the sign-in page of the practice manager.
SECURE_CSP["form-action"].append(XPM_LOGIN_URL)

# --- Finding out what is wrong --------------------------------------------------------------------

METRICS_TOKEN = env.str("MINUTEBOOK_METRICS_TOKEN", "")
SENTRY_DSN = env.str("SENTRY_DSN", "")  # nothing is sent anywhere without it
_LOG_LEVEL = env.str("MINUTEBOOK_LOG_LEVEL", "INFO")
_LOG_FORMAT = env.str("MINUTEBOOK_LOG_FORMAT", "text", validate=OneOf(["text", "json"]))
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "json": {"()": "minutebook.server.logs.JsonLines"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": _LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": _LOG_LEVEL},
    "loggers": {
        "django": {"level": _LOG_LEVEL},
        # It writes whole addresses, and those of a search hold a client's name.
        "httpx2": {"level": "WARNING"},
        "fido2": {"level": "WARNING"},  # it writes the ids of passkeys
        "pikepdf": {"level": "WARNING"},  # it greets whoever imports it
        "procrastinate": {"level": "WARNING"},  # below that it writes a line for every task
        # A page that shows a job being made asks every second: lines for programs, not for people.
        "minutebook.requests": {"level": _LOG_LEVEL if _LOG_FORMAT == "json" else "WARNING"},
    },
}
