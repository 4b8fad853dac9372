"""A small mail server on this machine, which takes, refuses or keeps silent as a test asks it to."""

import socketserver
import threading
from typing import Any, Self


class PostOffice:
    """Speaks as much SMTP as a client needs. `taken_for` is each recipient of each message it took."""

    def __init__(self) -> None:
        self.refuses: set[str] = set()
        self.hangs = False
        self.taken_for: list[str] = []
        self._silence = threading.Event()

    def __enter__(self) -> Self:
        office = self

        class Counter(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                office._serve(self)  # its own handler

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Counter)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._silence.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def mailer(self) -> dict[str, Any]:
        host, port = self._server.server_address[:2]
        return {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": host, "port": port, "timeout": 0.3},
        }

    def _serve(self, client: socketserver.StreamRequestHandler) -> None:
        def say(line: str) -> None:
            client.wfile.write(f"{line}\r\n".encode())

        say("220 post office")
        named: list[str] = []
        while line := client.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "RCPT":
                address = line.partition("<")[2].partition(">")[0]
                refused = address in self.refuses
                say("550 no such mailbox" if refused else "250 ok")
                named += [] if refused else [address]
            elif verb == "DATA":
                say("354 go on")
                while client.rfile.readline().rstrip(b"\r\n") != b".":
                    pass
                if self.hangs:
                    self._silence.wait()
                    return
                self.taken_for += named
                say("250 taken")
            else:
                say("221 bye" if verb == "QUIT" else "250 ok")
                if verb == "QUIT":
                    return
