"""What every test shares: Playwright's event loop must not forbid the database."""

import os

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
