"""A stage as a team deploys it: by the commands of a copy of the repository, called by its URL."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from http.client import HTTPConnection
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode, urlsplit

from chalicelib.domain.captchas import Captcha
from chalicelib.domain.codes import Keyring
from chalicelib.local.embedded import APP_ID, APP_KEY, MASTER_KEY
from tests.e2e.cloud import Cloud
from tests.server import ROOT, answered
from tests.wire import Answer

#: What of the repository deploys it.
_SOURCES = ("app.py", "chalicelib", ".chalice", "tools", "requirements*.txt", ".venv-package-*")


def repository(folder: Path) -> Path:
    """A copy of the repository to deploy from, which a test may change."""
    for source in (one for pattern in _SOURCES for one in ROOT.glob(pattern)):
        if source.name.startswith(".venv"):
            (folder / source.name).symlink_to(source)
        elif source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, folder / source.name, ignore=ignored)
        else:
            shutil.copy(source, folder)
    return folder


def configure(tree: Path, stage: str, **environment: str) -> None:
    """Tell the functions of *stage* more in `.chalice/config.json`."""
    file = tree / ".chalice" / "config.json"
    said = json.loads(file.read_text())
    said["stages"][stage]["environment_variables"].update(environment)
    file.write_text(json.dumps(said))


@dataclass(frozen=True)
class Stage:
    """One stage in one cloud, deployed from *tree*; clients are those of its first *app*."""

    cloud: Cloud
    tree: Path
    name: str
    app: str = APP_ID

    @property
    def prefix(self) -> str:
        """What the names of all it has begin with."""
        return f"countersign-{self.name}"

    def begin(self, module: str, *arguments: str) -> "subprocess.Popen[str]":
        """Start one of the commands, such as `tools.deploy`."""
        return subprocess.Popen(
            [sys.executable, "-m", module, "--stage", self.name, *arguments],
            cwd=self.tree,
            env=self.cloud.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, module: str, *arguments: str, status: int = 0) -> str:
        """What a command says."""
        return ended(self.begin(module, *arguments), status)

    def operate(self, *arguments: str) -> str:
        """What an administrator's command says."""
        return self.run("chalicelib.operate", *arguments)

    def deploying(self) -> "subprocess.Popen[str]":
        """`make deploy`, for functions that run on this machine."""
        return self.begin("tools.deploy", "--yes", "--architecture", "x86_64")

    def deploy(self) -> str:
        """What `make deploy` says."""
        return ended(self.deploying())

    def create_app(self, *settings: str) -> None:
        """Make the app, with the keys that clients of the desk have."""
        said = [word for setting in settings for word in ("--set", setting)]
        keys = ["--id", self.app, "--key", APP_KEY, "--master-key", MASTER_KEY]
        self.operate("create-app", "书店", *keys, *said)

    @property
    def outputs(self) -> dict[str, str]:
        """What its stack tells others."""
        stacks = self.cloud.client("cloudformation").describe_stacks(StackName=self.prefix)
        return {said["OutputKey"]: said["OutputValue"] for said in stacks["Stacks"][0]["Outputs"]}

    @cached_property
    def url(self) -> str:
        """Where clients reach it."""
        return f"{self.cloud.url}/restapis/{self.outputs['RestAPIId']}/api/_user_request_"

    def ask(
        self,
        method: str,
        target: str,
        body: object = None,
        *,
        key: str = APP_KEY,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Answer:
        """One request below its URL, or at a whole address."""
        address = urlsplit(target if "://" in target else f"{self.url}{target}")
        path = address._replace(scheme="", netloc="").geturl()
        said = None if body is None else json.dumps(body).encode()
        known = {"X-LC-Id": self.app, "X-LC-Key": key, "Content-Type": "application/json"}
        with closing(HTTPConnection(address.netloc, timeout=30)) as connection:
            return answered(connection, method, path, said, {**known, **headers})

    def post(self, path: str, *, key: str = APP_KEY, **fields: object) -> Answer:
        """A POST of *fields* as JSON below /1.1/."""
        return self.ask("POST", f"/1.1/{path}", fields, key=key)

    def record(self, phone: str) -> dict[str, Any]:
        """What became of the last message to a phone, as an administrator sees it."""
        key, query = f"{MASTER_KEY},master", urlencode({"phone": phone})
        records = self.ask("GET", f"/console/api/records?{query}", key=key).json["records"]
        said: dict[str, Any] = records[0]
        return said

    def items(self, table: str) -> list[dict[str, Any]]:
        """All that one of its tables holds."""
        client = self.cloud.client("dynamodb")
        items: list[dict[str, Any]] = client.scan(TableName=f"{self.prefix}-{table}")["Items"]
        return items

    @property
    def peppers(self) -> str:
        """The secret of all its codes."""
        said = self.cloud.client("ssm").get_parameter(
            Name=f"/countersign/{self.name}/peppers", WithDecryption=True
        )
        value: str = said["Parameter"]["Value"]
        return value

    def code_to(self, phone: str) -> str:
        """The code in the last text that SNS was given for a phone of the home region."""
        [code] = re.findall(r"(?<!\d)\d{6}(?!\d)", self.cloud.texts(f"+86{phone}")[-1])
        return str(code)

    def read(self, captcha: str) -> str:
        """What a captcha of the app says, which nobody can but who has table and peppers."""
        [item] = [
            one for one in self.items("captchas") if one["key"]["S"] == f"{self.app}#{captcha}"
        ]
        width, height, size = (int(item[name]["N"]) for name in ("width", "height", "size"))
        drawn = Captcha(
            self.app, captcha, item["nonce"]["S"], width, height, size, datetime.now(UTC)
        )
        ring = Keyring(tuple(map(bytes.fromhex, self.peppers.split(","))))
        return drawn.answer(ring) or ""


def ended(process: "subprocess.Popen[str]", status: int = 0) -> str:
    """The rest of what a command says until it is over, which must be with *status*."""
    with process:
        assert process.stdout
        said = process.stdout.read()
    assert process.returncode == status, said
    return said


def come_to(process: "subprocess.Popen[str]", words: str) -> None:
    """Read what a command says until *words* are in it."""
    assert process.stdout
    said = []
    for line in process.stdout:
        said.append(line)
        if words in line:
            return
    raise AssertionError("".join(said))
