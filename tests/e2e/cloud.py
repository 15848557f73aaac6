"""An AWS of a test's own: an emulator as a program, and End User Messaging, which it has not."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import boto3

from chalicelib.local import endpoint
from chalicelib.local.messaging import EndUserMessaging
from tests.server import ROOT
from tools.cloud import VENV

ACCOUNT = "123456789012"
REGION = "us-east-1"

#: What the emulator is told of this machine; a proxy would stand between the functions and it.
_INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")
#: Seconds a crowded machine may take to start it.
_PATIENCE = 60


@dataclass(frozen=True)
class Cloud:
    """One account in one region, empty at first; *log* is what the emulator says."""

    url: str
    messaging: EndUserMessaging
    log: Path

    @property
    def environment(self) -> dict[str, str]:
        """What makes programs take it for AWS, and the account's owner run them."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return kept | {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1",
        }

    def client(self, service: str) -> Any:
        """A client of one of its services, for the account's owner."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key="test",
        )

    def texts(self, phone: str) -> list[str]:
        """What SNS was given for a phone, oldest first."""
        query = urlencode({"phoneNumber": phone})
        with urlopen(f"{self.url}/_ministack/sns/sms-messages?{query}") as answer:
            said = json.load(answer)["sms_messages"][phone]
        return [message["Message"] for message in said]


@contextmanager
def running(folder: Path) -> Iterator[Cloud]:
    """A cloud with nothing in it."""
    url, messaging = f"http://127.0.0.1:{_free_port()}", EndUserMessaging()
    log = folder / "emulator.log"
    with (
        endpoint.running(messaging) as messages,
        log.open("wb") as said,
        TemporaryDirectory() as sandboxes,
    ):
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ} | {
            "GATEWAY_PORT": url.rpartition(":")[2],
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "MINISTACK_REGION": REGION,
            # Of a request without credentials, as clients of the API make them.
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "test",
            "AUTH": "true",  # each function has its role, and may do no more
            "LAMBDA_EXECUTOR": "local",
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "STATE_DIR": str(folder),
            "AWS_ENDPOINT_URL": url,
            endpoint.VARIABLE: messages,
        }
        process = subprocess.Popen(
            [VENV / "bin" / "python", ROOT / "tests" / "e2e" / "emulator.py"],
            cwd=folder,
            env=environment | {"TMPDIR": sandboxes},
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # with the functions, which it runs as programs
        )
        try:
            _awake(url, process, log)
            yield Cloud(url, messaging, log)
        finally:
            _end(process)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _awake(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    limit = time.monotonic() + _PATIENCE
    while True:
        try:
            urlopen(f"{url}/_ministack/health", timeout=2).close()
        except (URLError, OSError):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < limit, "the emulator does not start"
            time.sleep(0.05)
        else:
            return


def _end(process: "subprocess.Popen[bytes]") -> None:
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
            process.wait(10)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


def names(cloud: Cloud, word: str) -> set[str]:
    """The names of all that is there and is named by *word*."""
    listed = {
        "apigateway": ("get_rest_apis", "items[].name"),
        "cloudformation": ("describe_stacks", "Stacks[].StackName"),
        "cloudwatch": ("describe_alarms", "MetricAlarms[].AlarmName"),
        "dynamodb": ("list_tables", "TableNames"),
        "events": ("list_rules", "Rules[].Name"),
        "iam": ("list_roles", "Roles[].RoleName"),
        "lambda": ("list_functions", "Functions[].FunctionName"),
        "logs": ("describe_log_groups", "logGroups[].logGroupName"),
        "sns": ("list_topics", "Topics[].TopicArn"),
        "sqs": ("list_queues", "QueueUrls"),
        "ssm": ("describe_parameters", "Parameters[].Name"),
    }
    found = set()
    for service, (operation, path) in listed.items():
        pages = cloud.client(service).get_paginator(operation).paginate()
        found |= {f"{service} {name}" for name in pages.search(path) if name and word in name}
    for bucket in cloud.client("s3").list_buckets()["Buckets"]:
        pages = cloud.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket["Name"])
        found |= {f"s3 {key}" for key in pages.search("Contents[].Key") if key and word in key}
    return found
