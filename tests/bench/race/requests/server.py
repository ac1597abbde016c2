"""A server under test: a process on a free port of the loopback, with a temporary folder, that is always stopped.

It is started in a separate session, so that Ctrl-C reaches this program only and servers are stopped in order; the kernel
kills it if this program dies otherwise. Its output is written to a file, whose end is shown if it fails.
"""

import ctypes
import http.client
import json
import pathlib
import signal
import socket
import subprocess
import time

START_SECONDS = 60
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


def die_with_us():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def quiet(command, **more):
    """Starts a program that ends with this process."""
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=die_with_us, **more)


class Server:
    """Subclasses define how it is started and its data before the measurement."""

    #: The works that it supports; None for all.
    works = None
    #: Headers of each request besides its content type.
    headers: dict = {}
    #: The id of an existing row.
    client = ""
    #: The PostgreSQL server that it uses, if any.
    postgres = None

    def __init__(self, name, folder, prefix):
        self.name, self.prefix = name, prefix
        self.folder = pathlib.Path(folder) / name
        self.folder.mkdir()
        self.port, self.process = None, None

    def command(self):
        raise NotImplementedError

    def prepare(self):
        """Called once, with the server running."""

    def does(self, work):
        return self.works is None or work.name in self.works

    def path(self, work):
        return self.prefix + work.path.format(client=self.client)

    def start(self, ready):
        """Starts, and waits until `ready` answers. Returns the seconds that it took."""
        self.port = free_port()
        began = time.perf_counter()
        with open(self.folder / "log", "ab") as log:
            self.process = quiet(self.command(), stdout=log, stderr=log, cwd=self.folder)
        while not ready():
            if self.process.poll() is not None or time.perf_counter() - began > START_SECONDS:
                said = (self.folder / "log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
                self.stop()
                raise RuntimeError(f"{self.name} did not start: " + " | ".join(said[-5:]))
            time.sleep(0.002)
        return time.perf_counter() - began

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def set_up(self, hello):
        """Prepares it, then restarts it for the measurements, and returns the seconds until `hello` is answered."""
        self.start(self.is_listening)
        self.prepare()
        self.stop()
        return self.start(lambda: self.answers(hello))

    def is_listening(self):
        try:
            self.ask("GET", "/")
            return True
        except (OSError, http.client.HTTPException):
            return False

    def answers(self, work):
        try:
            return self.ask_for(work)[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def ask(self, method, path, body=b"", headers=None):
        """Status and body of one response."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            kind = {"content-type": "application/json"} if body else {}
            connection.request(method, path, body or None, {**kind, **(self.headers if headers is None else headers)})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def ask_for(self, work):
        return self.ask(work.method, self.path(work), work.bytes())

    def must_answer(self, work):
        """Raises unless the response is correct."""
        status, body = self.ask_for(work)
        try:
            right = 200 <= status < 300 and work.is_right(json.loads(body), self.client)
        except (ValueError, KeyError, TypeError):
            right = False
        if not right:
            raise RuntimeError(f"{self.name}: {work.name} returned {status}: {body[:300]!r}")
