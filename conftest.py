"""What every test shares. The environment is set here, before Django's settings are read."""

import os
import tempfile

# Playwright's event loop lives on after its first test; without this Django refuses the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
os.environ.setdefault("MINUTEBOOK_DATA", tempfile.mkdtemp(prefix="minutebook-test-"))
os.environ.setdefault("MINUTEBOOK_STATIC_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")
os.environ.setdefault("MINUTEBOOK_URL", "http://localhost:8000")

pytest_plugins = ["tests.cast"]
