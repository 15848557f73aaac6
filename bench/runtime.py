"""This is where a packaged function runs as Lambda runs it: under Amazon's own runtime client.

The client asks Lambda's Runtime API for events, one after the other, and answers them there; that
API is served here.  The function has the unzipped package, the client and nothing else on its
path, and the environment that its template and Lambda give it.
"""

import json
import os
import queue
import subprocess
import time
import uuid
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event as Signal
from threading import Thread
from typing import Any

from tools import interpreter
from tools.account import Failed

#: Amazon's runtime client, which Lambda's own Pythons have.
CLIENT = interpreter.ROOT / "requirements-runtime.txt"

Event = Mapping[str, Any]

#: Seconds until an answer counts as lost.
_PATIENCE = 60


class Crashed(Exception):
    """The function ended, failed or did not answer; the message is what it wrote last."""


def python() -> Path:
    """The Python of the packages made here, with the runtime client; raises Failed."""
    try:
        version, base = interpreter.find()
    except interpreter.NoInterpreter as fault:
        raise Failed(str(fault)) from fault
    folder, wanted = interpreter.ROOT / f".venv-runtime-{version}", CLIENT.read_text("utf-8")
    found, mark = folder / "bin" / "python", folder / ".ready"
    if not (mark.exists() and mark.read_text("utf-8") == wanted):
        made = ["-m", "venv", "--clear", str(folder)]
        filled = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", str(CLIENT)]
        for interpreter_, arguments in ((base, made), (found, filled)):
            command = [str(interpreter_), *arguments]
            ran = subprocess.run(command, capture_output=True, text=True, check=False)
            if ran.returncode:
                raise Failed(f"no runtime client for Python {version}: {ran.stderr[-200:].strip()}")
        mark.write_text(wanted, "utf-8")
    return found


@dataclass(frozen=True)
class Package:
    """An unzipped package, and the Python that it runs under."""

    root: Path
    python: Path
    resources: Mapping[str, Mapping[str, Any]]

    @classmethod
    def unzip(cls, made: Path, into: Path) -> "Package":
        """What `tools.package` left in *made*, unzipped."""
        with zipfile.ZipFile(made / "deployment.zip") as zipped:
            zipped.extractall(into)
        resources = json.loads((made / "template.json").read_text("utf-8"))["Resources"]
        return cls(into, python(), resources)

    def properties(self, name: str) -> Mapping[str, Any]:
        """What the template says of the resource *name*."""
        said: Mapping[str, Any] = self.resources[name]["Properties"]
        return said

    def functions(self) -> list[str]:
        """The functions' names in the template."""
        wanted = "AWS::Serverless::Function"
        return [name for name, one in self.resources.items() if one["Type"] == wanted]

    def environment(self, name: str) -> dict[str, str]:
        """What Lambda tells the function *name*, but for the address of its Runtime API."""
        told: Mapping[str, str] = self.properties(name)["Environment"]["Variables"]
        return {
            "PATH": os.defpath,
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "LAMBDA_TASK_ROOT": str(self.root),
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{self.properties(name)['Runtime']}",
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.properties(name)["MemorySize"]),
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "bench",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            # Lambda's package lies where nothing can be written to.
            "PYTHONDONTWRITEBYTECODE": "1",
            **told,
        }


class Function:
    """One sandbox of a function, from its process's start."""

    def __init__(
        self, package: Package, name: str, told: Mapping[str, str], *, handler: str = ""
    ) -> None:
        handler = handler or package.properties(name)["Handler"]
        self._api = _RuntimeApi()
        address = f"127.0.0.1:{self._api.server_port}"
        named = {"AWS_LAMBDA_RUNTIME_API": address, "_HANDLER": handler}
        self._lines: list[bytes] = []
        self.began = time.perf_counter()
        # The package is the working folder, which `-m` puts first on the path.
        self._process = subprocess.Popen(
            [package.python, "-m", "awslambdaric", handler],
            cwd=package.root,
            env={**package.environment(name), **named, **told},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        _pin(self._process.pid)
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout
        self._lines.extend(self._process.stdout)
        self._api.over()

    def invoke(self, event: Event) -> Any:
        """What it answers to *event*; raises Crashed."""
        return self._api.invoke(event, self)

    def written(self) -> bytes:
        """All that it has written so far, which is what its log would hold."""
        return b"".join(self._lines)

    def spent(self) -> float:
        """Seconds of a processor it has had so far."""
        tasks = Path(f"/proc/{self._process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    def peak(self) -> float:
        """Megabytes of memory it has had at the most."""
        for line in Path(f"/proc/{self._process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
        raise Crashed("it is gone")

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        self._api.close()

    def __enter__(self) -> "Function":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _pin(process: int) -> None:
    """Give *process* one core alone, as a Lambda of 1,769 MB has it."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(process, {max(os.sched_getaffinity(0))})


class _RuntimeApi(ThreadingHTTPServer):
    """Lambda's Runtime API for one sandbox: hands out events and takes answers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.events: queue.SimpleQueue[tuple[str, Event]] = queue.SimpleQueue()
        self._answered = Signal()
        self._answer: tuple[str, bytes] = ("", b"")
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def invoke(self, event: Event, function: Function) -> Any:
        self._answered.clear()
        self.events.put((str(uuid.uuid4()), event))
        told = self._answered.wait(_PATIENCE)
        kind, body = self._answer
        if not told or kind != "response":
            said = function.written()[-2000:].decode(errors="replace")
            raise Crashed(f"{kind or 'no answer'} {body[:2000].decode()} {said}")
        return json.loads(body)

    def answered(self, kind: str, body: bytes) -> None:
        self._answer = kind, body
        self._answered.set()

    def over(self) -> None:
        """The function is gone, and will not answer."""
        if not self._answered.is_set():
            self.answered("ended", b"")

    def close(self) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A function that ends leaves its next question unheard."""


class _Handler(BaseHTTPRequestHandler):
    server: _RuntimeApi
    protocol_version = "HTTP/1.1"
    # Else each answer waits 40 ms for the client's delayed acknowledgement.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """/2018-06-01/runtime/invocation/next"""
        name, event = self.server.events.get()
        function = self.server.server_port
        self._send(
            200,
            json.dumps(event).encode(),
            {
                "Content-Type": "application/json",
                "Lambda-Runtime-Aws-Request-Id": name,
                "Lambda-Runtime-Deadline-Ms": str(int((time.time() + _PATIENCE) * 1000)),
                "Lambda-Runtime-Invoked-Function-Arn": (
                    f"arn:aws:lambda:us-east-1:123456789012:function:{function}"
                ),
            },
        )

    def do_POST(self) -> None:
        """/2018-06-01/runtime/invocation/{id}/response or …/error, or /runtime/init/error"""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._send(202, b"", {})
        self.server.answered(self.path.rpartition("/")[2], body)

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing to say."""
