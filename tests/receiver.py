"""A webhook that answers as it is told, and remembers what came."""

import json
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Received:
    """One request, and how it was answered."""

    path: str
    headers: dict[str, str]
    body: Any
    status: int


@dataclass
class Receiver:
    """What came to the receiver, and what it answers next; when nothing is left to say, 200."""

    url: str = ""
    requests: list[Received] = field(default_factory=list)
    # A status, a status with headers, or an event: it is waited for, and nothing is answered.
    answers: deque[int | tuple[int, dict[str, str]] | threading.Event] = field(default_factory=deque)

    @property
    def accepted(self):
        return [one for one in self.requests if 200 <= one.status < 300]

    @property
    def texts(self):
        return [one.body["text"] for one in self.accepted]

    def then(self, *answers):
        self.answers.extend(answers)


def serve(receiver):
    """Begin to receive; answers the server, to be shut down."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = receiver.answers.popleft() if receiver.answers else 200
            if isinstance(answer, threading.Event):
                receiver.requests.append(Received(self.path, dict(self.headers), body, 0))
                answer.wait(30)
                self.close_connection = True
                return
            status, headers = answer if isinstance(answer, tuple) else (answer, {})
            receiver.requests.append(Received(self.path, dict(self.headers), body, status))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}/services/secret"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return server
