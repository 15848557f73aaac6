"""The desk's server as people run it: a program of its own, and a client with a socket."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from tests.wire import Answer

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-m", "chalicelib.local"]

#: What a test's machine may say to the server; a person's own AWS or settings stay out of it.
_INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT")

#: More than a loaded machine needs to start two of them.
_PATIENCE = 60


@dataclass(frozen=True)
class Server:
    """One running `make run`."""

    process: "subprocess.Popen[bytes]"
    folder: Path

    @property
    def printed(self) -> str:
        """What it has said on standard output so far."""
        return (self.folder / "stdout").read_text(encoding="utf-8")

    @property
    def complained(self) -> str:
        """What it has said on standard error so far."""
        return (self.folder / "stderr").read_text(encoding="utf-8")

    @property
    def url(self) -> str:
        """Its address, which it prints when it can be called; empty until then."""
        found = re.search(r"http://127\.0\.0\.1:\d+", self.printed)
        return found[0] if found else ""

    def connect(self) -> HTTPConnection:
        """A connection to it, kept alive until the caller closes it."""
        return HTTPConnection(urlsplit(self.url).netloc, timeout=30)

    def ask(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request on a connection of its own; a whole address of the server's will do too."""
        with closing(self.connect()) as connection:
            return answered(connection, method, target.removeprefix(self.url), body, headers)

    def message_to(self, phone: str) -> str:
        """The last message to *phone*, from the desk's inbox."""
        answer = self.ask("GET", f"/local/inbox/{phone}")
        assert answer.status == 200, answer.raw
        return answer.raw.decode()

    def code_to(self, phone: str) -> str:
        """The code in the last message to *phone*."""
        codes: list[str] = re.findall(r"(?<!\d)\d{6}(?!\d)", self.message_to(phone))
        assert len(codes) == 1, codes
        return codes[0]

    def end(self, how: int = signal.SIGTERM) -> int:
        """Send it a signal; its exit status."""
        self.process.send_signal(how)
        return self.process.wait(_PATIENCE)


def answered(
    connection: HTTPConnection,
    method: str,
    target: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One request on a connection that is kept."""
    connection.request(method, target, body, dict(headers or {}))
    response = connection.getresponse()
    return Answer(response.status, response.headers, response.read())


@contextmanager
def launched(folder: Path, **environ: str) -> Iterator[Server]:
    """A server that has just been started, and may not answer yet; ended in the end."""
    folder.mkdir(exist_ok=True)
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    with (folder / "stdout").open("wb") as stdout, (folder / "stderr").open("wb") as stderr:
        process = subprocess.Popen(
            COMMAND,
            cwd=ROOT,
            # A free port, unless the test names one: tests run side by side.
            env={**inherited, "PORT": "0", **environ},
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
        )
    try:
        yield Server(process, folder)
    finally:
        process.terminate()  # not killed: it has to end its own DynamoDB Local
        process.wait(_PATIENCE)


@contextmanager
def running(folder: Path, **environ: str) -> Iterator[Server]:
    """A server that can be called."""
    with launched(folder, **environ) as server:
        limit = time.monotonic() + _PATIENCE
        while not server.url:
            assert server.process.poll() is None, server.complained
            assert time.monotonic() < limit, "the server does not start"
            time.sleep(0.02)
        yield server
