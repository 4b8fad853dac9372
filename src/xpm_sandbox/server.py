"""The sandbox's own server: a thread a connection, and it can hang up on purpose.

Werkzeug's server lends its socket to the application, which is what dropping a connection takes;
for a local tool that is worth more than speed.
"""

import signal
import socket
import threading
from types import FrameType

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

_POLL_SECONDS = 0.1


class PortTaken(Exception):
    """The port cannot be listened on; the message says what to do."""


class _QuietHandler(WSGIRequestHandler):
    """Without a line on the terminal for every call: the journal page shows them."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def listen(host: str, port: int) -> socket.socket:
    """Open the listening socket. Raises PortTaken."""
    try:
        return socket.create_server((host, port), backlog=128)
    except OSError as error:
        raise PortTaken(
            f"Port {port} on {host} cannot be used ({error.strerror}). "
            f"Stop what is using it, or choose another with --port."
        ) from None


def serve(app: Flask, listener: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT, then stop at once. Must run in the main thread."""
    host, port = listener.getsockname()[:2]
    server = make_server(host, port, app, threaded=True, request_handler=_QuietHandler, fd=listener.fileno())

    def stop(_number: int, _frame: FrameType | None) -> None:
        threading.Thread(target=server.shutdown, daemon=True).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    with listener:
        server.serve_forever(poll_interval=_POLL_SECONDS)
