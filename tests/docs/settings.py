"""docs/settings.md: every environment variable, its default and what it does."""

import re
from dataclasses import dataclass

_INTRODUCTION = """\
# Settings

Minutebook is configured by environment variables, and runs without any. What it has to invent (the secret
key, the key that encrypts practice-manager tokens) it keeps in the folder `keys` of its data folder: back
that folder up apart from the database. This page is written by `make docs`.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    name: str
    default: str  # as the code has it, or in words where it depends on something
    does: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    title: str
    settings: tuple[Setting, ...]


def _one(name: str, default: str, does: str) -> Setting:
    return Setting(name=name, default=default, does=does)


GROUPS = (
    Group(
        title="Where Minutebook is",
        settings=(
            _one("MINUTEBOOK_DATA", "var", "Folder of everything it remembers: database, files, keys, mail."),
            _one("MINUTEBOOK_URL", "http://localhost:8000", "The address people use. With https:// "
                 "cookies are secure, and plain http is sent to https."),
            _one("MINUTEBOOK_PORT", "8000", "Port of the web process."),
            _one("MINUTEBOOK_BIND", "127.0.0.1", "Address it listens on. Behind a proxy on another machine: "
                 "0.0.0.0."),
            _one("MINUTEBOOK_HOSTS", "the host of MINUTEBOOK_URL, and this machine", "Host names it answers "
                 "to, with commas between."),
            _one("MINUTEBOOK_REDIRECT_TO_HTTPS", "True", "Send http to https when MINUTEBOOK_URL is https. "
                 "Turn it off when the proxy does."),
        ),
    ),
    Group(
        title="Signing in",
        settings=(
            _one("MINUTEBOOK_SESSION_IDLE_MINUTES", "60", "After how many minutes without a page a person must "
                 "sign in again."),
            _one("MINUTEBOOK_SESSION_HOURS", "12", "After how many hours in any case."),
            _one("MINUTEBOOK_TRUSTED_PROXIES", "0", "How many proxies of your own stand before Minutebook and "
                 "add to X-Forwarded-For. Attempts are counted, and sign-ins shown, by the address that the "
                 "outermost of them saw; with 0 the header is not read."),
            _one("MINUTEBOOK_OIDC_ISSUER", "none", "Your own sign-in provider (OpenID Connect), such as "
                 "https://login.microsoftonline.com/<tenant>/v2.0. People who are known here by their verified "
                 "address can then sign in there; nobody else can. Register the address "
                 "<MINUTEBOOK_URL>/accounts/provider/back/ with it."),
            _one("MINUTEBOOK_OIDC_CLIENT_ID", "none", "What it calls Minutebook."),
            _one("MINUTEBOOK_OIDC_CLIENT_SECRET", "none", "The secret that goes with it."),
            _one("MINUTEBOOK_OIDC_NAME", "your firm’s account", "What the button says after “Sign in with”."),
            _one("MINUTEBOOK_OIDC_TRUSTS_EMAIL", "False", "Take its addresses as verified although it does not say "
                 "so: only where your firm alone gives them out, as in your own Microsoft Entra tenant."),
        ),
    ),
    Group(
        title="Database and secrets",
        settings=(
            _one("DATABASE_URL", "SQLite in the data folder", "A PostgreSQL database: "
                 "postgres://user:password@host:5432/minutebook."),
            _one("MINUTEBOOK_SECRET_KEY", "made once, kept in the data folder", "Signs sessions and forms. "
                 "Changing it signs everybody out."),
            _one("MINUTEBOOK_TOKEN_KEYS", "made once, kept in the data folder", "Fernet keys of the stored "
                 "practice-manager tokens, with commas between. The first encrypts, all decrypt: put a new "
                 "one in front to replace a key, then run `minutebook rotate-keys`."),
            _one("MINUTEBOOK_BACKUP_DAYS", "7", "After how many days without a backup `minutebook check --deploy` "
                 "says so."),
        ),
    ),
    Group(
        title="Backups",
        settings=(
            _one("MINUTEBOOK_BACKUP_FOLDER", "none", "Where a backup is written every day: best on another disk. "
                 "Without it there are only those that somebody asks for."),
            _one("MINUTEBOOK_BACKUP_AT", "02:30 Australia/Melbourne", "When, and on whose clock."),
            _one("MINUTEBOOK_BACKUP_KEEP", "14", "How many of them are kept; older ones are deleted."),
            _one("MINUTEBOOK_BACKUP_PASSPHRASE", "none", "Encrypts every backup, and opens it at `minutebook "
                 "restore`. Nobody can open one without it."),
        ),
    ),
    Group(
        title="Xero Practice Manager",
        settings=(
            _one("XPM_CLIENT_ID", "none; in the sandbox minutebook-demo", "Of the app that you registered "
                 "with Xero. Without it, Connect says what is missing."),
            _one("XPM_CLIENT_SECRET", "none; in the sandbox minutebook-demo-secret", "Of the same app."),
            _one("XPM_LOGIN_URL", "https://login.xero.com", "Where people sign in to Xero."),
            _one("XPM_IDENTITY_URL", "https://identity.xero.com", "Where tokens come from."),
            _one("XPM_API_URL", "https://api.xero.com", "The API. These three point elsewhere only to try "
                 "Minutebook with a sandbox."),
        ),
    ),
    Group(
        title="Mail",
        settings=(
            _one("MINUTEBOOK_SMTP_HOST", "none", "Mail server. Without one, mails are files in the folder "
                 "`mail` of the data folder."),
            _one("MINUTEBOOK_SMTP_PORT", "587", "Its port."),
            _one("MINUTEBOOK_SMTP_USER", "none", "Who signs in there."),
            _one("MINUTEBOOK_SMTP_PASSWORD", "none", "With which password."),
            _one("MINUTEBOOK_SMTP_TLS", "True", "Encrypt the connection (STARTTLS)."),
            _one("MINUTEBOOK_MAIL_FROM", "Minutebook <minutebook@localhost>", "The sender of every mail."),
        ),
    ),
    Group(
        title="Finding out what is wrong",
        settings=(
            _one("MINUTEBOOK_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR."),
            _one("MINUTEBOOK_LOG_FORMAT", "text", "`json` writes one object a line, with the request's id, and one "
                 "for each request. Personal data and tokens are in neither."),
            _one("MINUTEBOOK_METRICS_TOKEN", "none", "What Prometheus sends as a bearer token to read /metrics. "
                 "Without it, only this machine may, and not through a proxy."),
            _one("SENTRY_DSN", "none", "Where errors are reported, for a server that speaks Sentry. Without it "
                 "nothing is sent anywhere."),
            _one("MINUTEBOOK_DEBUG", "False", "Django's debug pages. Never where others can reach it."),
            _one("MINUTEBOOK_STATIC_STORAGE", "whitenoise.storage.CompressedManifestStaticFilesStorage",
                 "How static files are stored; the tests use a plainer one."),
        ),
    ),
    Group(
        title="The sandbox (`xpm-sandbox`)",
        settings=(
            _one("XPM_SANDBOX_DATA", "var/xpm-sandbox", "Folder of its database."),
            _one("XPM_SANDBOX_HOST", "127.0.0.1", "Address it listens on."),
            _one("XPM_SANDBOX_PORT", "8001", "Its port."),
            _one("XPM_SANDBOX_REDIRECT_URIS", "none", "More addresses it may send people back to after "
                 "sign-in, with spaces or commas between."),
            _one("XPM_SANDBOX_MINUTE_LIMIT", "60", "Calls it allows a practice in a minute."),
            _one("XPM_SANDBOX_DAY_LIMIT", "5000", "Calls it allows a practice in a day."),
        ),
    ),
    Group(
        title="Tests",
        settings=(
            _one("MINUTEBOOK_TIME_SCALE", "1.0", "For `make faults` only: divides the waits of jobs and "
                 "multiplies the allowance of calls. Never where Xero answers."),
            _one("MINUTEBOOK_TEST_POSTGRESQL", "postgres://postgres@127.0.0.1:5432/minutebook",
                 "The server that `make test` runs the suite on a second time."),
            _one("MINUTEBOOK_REQUIRE", "none", "What must not be missing, such as `chromium postgresql`: "
                 "a test that would skip fails instead."),
        ),
    ),
)  # fmt: skip


def settings_page() -> str:
    return "\n".join([_INTRODUCTION, *(_section(group) for group in GROUPS)])


def _section(group: Group) -> str:
    rows = [f"| `{one.name}` | {_shown(one.default)} | {one.does} |" for one in group.settings]
    return "\n".join(
        [f"## {group.title}\n", "| variable | default | what it does |", "| --- | --- | --- |", *rows, ""]
    )


def _shown(default: str) -> str:
    """Return a value as code, words as words."""
    return default if re.search(r"^none$|\w \w|: ", default) and "<" not in default else f"`{default}`"
