"""Django settings. Every value an operator may change is read from the environment here, and only here."""

SECRET_KEY = "placeholder"  # noqa: S105
USE_TZ = True
INSTALLED_APPS: list[str] = []
