"""This is where AWS is at the desk: in this process, by moto, until the process ends."""

import functools
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto import mock_aws
from moto.dynamodb.responses import DynamoHandler

from .. import aws as aws_
from ..domain.apps import App
from ..domain.codes import Keyring
from ..domain.settings import Settings
from ..flows.clock import clock
from ..store import tables
from ..store.secrets import PEPPER_BYTES
from ..wiring import service
from ..wiring.service import Service
from .endpoint import VARIABLE

APP_ID = "countersign-local-app"
APP_KEY = "local-app-key"
MASTER_KEY = "local-master-key"

#: The number of LeanCloud's guides, and the code it gets here.
TEST_NUMBERS = "+19490008888=246810"

#: Who tries things at the desk comes from one address, whoever they play.
_ONE_ADDRESS = {"limit_address": "", "limit_guesses": "", "limit_captchas": ""}

_one_at_a_time = threading.RLock()


def lock_moto() -> None:
    """Make moto's DynamoDB atomic: under threads it lets two conditional writes through."""
    call: Any = DynamoHandler.call_action
    if getattr(call, "one_at_a_time", None):
        return

    @functools.wraps(call)
    def locked(handler: DynamoHandler) -> Any:
        with _one_at_a_time:
            return call(handler)

    locked.one_at_a_time = True  # type: ignore[attr-defined]
    DynamoHandler.call_action = locked  # type: ignore[method-assign]


@contextmanager
def aws(*, dynamodb: str = "", messaging: str = "") -> Iterator[None]:
    """An AWS of our own, and none of the user's.

    *dynamodb* is where DynamoDB Local listens, *messaging* where End User Messaging does.
    """
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(
        AWS_DEFAULT_REGION="us-east-1",
        AWS_ACCESS_KEY_ID="local",
        AWS_SECRET_ACCESS_KEY="local",  # noqa: S106  moto takes any
        AWS_EC2_METADATA_DISABLED="true",
    )
    if dynamodb:
        os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = dynamodb
    if messaging:
        os.environ[VARIABLE] = messaging
    lock_moto()
    with mock_aws():
        yield


def furnish(settings: str) -> Service:
    """Tables, peppers and one app with known keys; *settings* as `name=value name=value`.

    Raises ValueError, which says what is wrong.
    """
    known = {"test_numbers": TEST_NUMBERS, "plain_signatures": "true", **_ONE_ADDRESS}
    chosen = Settings.read({**known, **Settings.split(settings)})
    app = App.create("Countersign", id=APP_ID, key=APP_KEY, master_key=MASTER_KEY)
    furnished = service()
    tables.create_all()
    for queue in (furnished.queue, furnished.unheard):
        aws_.client("sqs", connect=1, read=2).create_queue(QueueName=queue)
    furnished.secrets.write(Keyring((secrets.token_bytes(PEPPER_BYTES),)))
    # Approved before the settings may forbid what it is made of.
    signed = app.with_settings(Settings(plain_signatures=True)).with_approved(app.name, now=clock())
    furnished.directory.create(signed.with_settings(chosen))
    return furnished
