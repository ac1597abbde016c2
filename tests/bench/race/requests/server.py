"""A server under test: a process on a free port of the loopback, with a folder of its own, that is always stopped.

It is started in a session of its own, so that Ctrl-C reaches this program alone and servers are stopped in order, and
the kernel kills it if this program dies otherwise. What it says goes to a file, whose end is shown when it fails.
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
    """Starts a program that goes with us."""
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=die_with_us, **more)


class Server:
    """Subclasses say how it is started and what has to be in it before it is measured."""

    #: The work that it does; None for all.
    works = None
    #: What each request carries beside its content type.
    headers: dict = {}
    #: The id of a row that can be read.
    client = ""
    #: The PostgreSQL server that it works with, if any.
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
        """Starts, and waits until `ready` answers anything but nothing. Gives the seconds that it took."""
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
        """Prepares it, then starts it again as it will be from then on, and says how long that took until `hello` is answered."""
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
        """Status and body of one answer."""
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
        """Fails unless the work is done as it should be."""
        status, body = self.ask_for(work)
        try:
            right = 200 <= status < 300 and work.is_right(json.loads(body), self.client)
        except (ValueError, KeyError, TypeError):
            right = False
        if not right:
            raise RuntimeError(f"{self.name} answers {work.name} with {status}: {body[:300]!r}")
