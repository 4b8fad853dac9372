"""Everything one running sandbox holds, and how a request finds it."""

from dataclasses import dataclass

from flask import Flask, current_app

from xpm_sandbox.clock import Clock
from xpm_sandbox.database import Database
from xpm_sandbox.faults import Faults
from xpm_sandbox.journal import Journal
from xpm_sandbox.limits import Limits
from xpm_sandbox.settings import Settings

_EXTENSION = "xpm-sandbox"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sandbox:
    settings: Settings
    clock: Clock
    database: Database
    limits: Limits
    faults: Faults
    journal: Journal


def attach(app: Flask, sandbox: Sandbox) -> None:
    app.extensions[_EXTENSION] = sandbox


def sandbox_of(app: Flask) -> Sandbox:
    sandbox = app.extensions[_EXTENSION]
    if not isinstance(sandbox, Sandbox):
        raise TypeError(f"{_EXTENSION} holds {type(sandbox).__name__}, not a Sandbox.")
    return sandbox


def current_sandbox() -> Sandbox:
    return sandbox_of(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way to the app behind its proxy
