"""This is where Amazon's DynamoDB Local is fetched and started."""

import os
import shutil
import socket
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

#: The one package that bundles the jar instead of downloading it.
_PACKAGE = "amplify-dynamodb-simulator@2.9.30"
_HOME = Path(__file__).parents[2] / ".cache" / "dynamodb-local"
_JAR = _HOME / "emulator" / "DynamoDBLocal.jar"

_JAVA = ["java", "-version"]

NEEDS = "DynamoDB Local needs Java 11 or newer and npm (https://adoptium.net, https://nodejs.org)"


class NotAvailable(Exception):
    """It cannot be had on this machine; the text says what is missing."""


def fetch() -> Path:
    """The jar, downloaded once; raises NotAvailable."""
    # A Mac has a java that only says where to get one.
    if not shutil.which("java") or subprocess.run(_JAVA, capture_output=True).returncode:  # noqa: S603
        raise NotAvailable(NEEDS)
    if not _JAR.exists():
        npm = shutil.which("npm")
        if not npm:
            raise NotAvailable(NEEDS)
        _HOME.parent.mkdir(parents=True, exist_ok=True)
        # Into place in one move: half a jar would count as ready.
        with tempfile.TemporaryDirectory(dir=_HOME.parent) as folder:
            _unpack(npm, Path(folder))
            shutil.rmtree(_HOME, ignore_errors=True)
            (Path(folder) / "package").rename(_HOME)
    return _JAR


def _unpack(npm: str, folder: Path) -> None:
    command = [npm, "pack", "--silent", "--fetch-retries=1", _PACKAGE]
    packed = subprocess.run(command, cwd=folder, capture_output=True)  # noqa: S603
    if packed.returncode:
        raise NotAvailable(f"npm could not fetch {_PACKAGE}: is there a network?")
    with tarfile.open(next(folder.glob("*.tgz"))) as package:
        # Python 3.11.0 to 3.11.3 have no filters.
        safely: Any = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        package.extractall(folder, **safely)  # noqa: S202


@contextmanager
def running() -> Iterator[str]:
    """DynamoDB Local in memory; yields its address.  Raises NotAvailable."""
    jar = fetch()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["java", f"-Djava.library.path={jar.parent / 'DynamoDBLocal_lib'}", "-jar", str(jar)]
    options = ["-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)]
    process = subprocess.Popen(  # noqa: S603
        [*command, *options],
        cwd=_HOME,  # where it leaves its notes
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # Ctrl-C is ours to handle: it is to outlive the last request.
        start_new_session=os.name == "posix",
    )
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise NotAvailable(f"DynamoDB Local ended at once ({process.returncode}). {NEEDS}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise NotAvailable("DynamoDB Local did not answer within 30 s")
