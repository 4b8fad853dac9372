"""What people read when a request failed: which of the server's own troubles it was, and what is safe."""

import errno
import sys

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults

_FULL = ("disk is full", "no space left on device", "disk i/o error")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503, in a sentence, when the database or a full disk was the trouble; otherwise as Django does."""
    problem = sys.exception()
    disk_is_full = isinstance(problem, OSError) and problem.errno in {errno.ENOSPC, errno.EDQUOT}
    if not isinstance(problem, DatabaseError | InterfaceError) and not disk_is_full:
        return defaults.server_error(request)
    is_full = disk_is_full or any(words in str(problem).lower() for words in _FULL)
    answer = render(None, "503.html", {"is_full": is_full}, status=503)
    answer["Retry-After"] = "10"
    return answer
