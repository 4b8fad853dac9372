"""The environment of every test: loaded by name in pyproject.toml, before Django's settings are read."""

import os
import tempfile
from pathlib import Path

# Playwright's event loop lives on after its first test; without this Django refuses the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
os.environ.setdefault("MINUTEBOOK_DATA", tempfile.mkdtemp(prefix="minutebook-test-"))
os.environ.setdefault("MINUTEBOOK_STATIC_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")
os.environ.setdefault("MINUTEBOOK_URL", "http://localhost:8000")
# Whitenoise warns of a folder that is not there, and a warning fails a test.
Path(os.environ["MINUTEBOOK_DATA"], "static").mkdir(parents=True, exist_ok=True)
