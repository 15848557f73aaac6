"""What every test may ask for: an AWS of its own, with an app in it, and the door to it."""

import json
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from moto import mock_aws

# Before the app is imported: Lambda, too, has its environment first.
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ.update(
    AWS_DEFAULT_REGION="us-east-1",
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",
    AWS_EC2_METADATA_DISABLED="true",
)

from chalicelib import aws, wiring
from chalicelib.domain.codes import random_token
from chalicelib.domain.phones import PhoneNumber
from chalicelib.local import dynamodb, embedded, endpoint
from chalicelib.local.desk import Letter, Tray
from chalicelib.local.messaging import EndUserMessaging
from chalicelib.store.row import Meta
from chalicelib.store.tables import TABLES
from chalicelib.wiring.service import Service
from tests.faults import Faults
from tests.wire import MASTER, PHONE, Console, Door

#: Says where DynamoDB is, if it is not moto's.
_ELSEWHERE = "AWS_ENDPOINT_URL_DYNAMODB"

embedded.lock_moto()
#: One for all tests, for clients are made once: each desk begins with none set.
_faults = Faults()
_faults.between(aws.session())


@dataclass
class Desk:
    """A service with one app, empty and private, and all that is in reach of it."""

    service: Service
    faults: Faults
    tray: Tray = field(default_factory=Tray)
    door: Door = field(default_factory=Door)
    master: Door = field(default_factory=lambda: Door(MASTER))
    console: Console = field(default_factory=Console)

    def letters(self, phone: str = PHONE) -> list[Letter]:
        """What was sent to *phone*, newest first."""
        to = PhoneNumber.parse(phone)
        return [letter for letter in self.tray.letters if letter.message.to == to]

    def code(self, phone: str = PHONE) -> str:
        """The code last sent to *phone*."""
        return self.letters(phone)[0].message.code

    def verify(self, code: str, phone: str = PHONE) -> int:
        """0, or the number of the refusal."""
        return self.door.post(f"verifySmsCode/{code}", mobilePhoneNumber=phone).code

    def send(self, phone: str = PHONE, **fields: object) -> int:
        """0, or the number of the refusal."""
        return self.door.post("requestSmsCode", mobilePhoneNumber=phone, **fields).code


Opener = Callable[..., Desk]


@contextmanager
def opened(settings: str = "", **environ: str) -> Iterator[Desk]:
    """A new desk; *environ* is the deployment's, *settings* the app's."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in environ.items():
            patch.setenv(name, value)
        # Amazon's DynamoDB Local is asked for what is atomic, and a crowded machine takes its time.
        patch.setattr(Meta, "read_timeout_seconds", 60 if _ELSEWHERE in environ else 2)
        _anew(_ELSEWHERE in environ)
        service = embedded.furnish(settings)
        desk = Desk(service, _faults)
        service.listeners.append(desk.tray.receive)
        _faults.mend()
        yield desk
        _anew(_ELSEWHERE in environ)


def _anew(elsewhere: bool) -> None:
    """Forget the service, and the clients too if they speak to another DynamoDB."""
    wiring.forget()
    _faults.mend()
    if elsewhere:
        aws.tables.forget()
        for table in TABLES:
            table._connection = None


@pytest.fixture
def open_desk() -> Iterator[Opener]:
    """Opens a desk with settings and an environment; closed when the test ends."""
    with ExitStack() as stack:
        yield lambda settings="", **environ: stack.enter_context(opened(settings, **environ))


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A desk as `make run` has it."""
    with opened() as desk:
        yield desk


@pytest.fixture
def door(desk: Desk) -> Door:
    """The app, asked with its app key."""
    return desk.door


#: The decisions logged so far, all or those of one event.
Decisions = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def decisions() -> Iterator[Decisions]:
    """The log, as a list."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("countersign.decisions")
    logger.addHandler(handler)
    yield lambda event="": [line for line in map(json.loads, lines) if event in ("", line["event"])]
    logger.removeHandler(handler)


@pytest.fixture
def messaging(monkeypatch: pytest.MonkeyPatch) -> Iterator[EndUserMessaging]:
    """End User Messaging, which clients made from now on meet in place of AWS's."""
    messaging = EndUserMessaging()
    with endpoint.running(messaging) as address:
        monkeypatch.setenv(endpoint.VARIABLE, address)
        yield messaging


class Clock:
    """Time that passes when told."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    def pass_(self, **duration: float) -> None:
        """Let *duration* pass: ``clock.pass_(minutes=10)``."""
        self._traveller.shift(timedelta(**duration))


@pytest.fixture
def clock() -> Iterator[Clock]:
    """A clock that stands still but for `pass_`.

    It stands in the future: DynamoDB Local goes by the true time, and would purge what is past.
    """
    with time_machine.travel("2040-01-02T12:00:00Z", tick=False) as traveller:
        yield Clock(traveller)


@pytest.fixture(scope="session")
def dynamodb_local() -> Iterator[str]:
    """Where Amazon's DynamoDB Local listens; the test is skipped where it cannot be had."""
    with ExitStack() as stack:
        try:
            address = stack.enter_context(dynamodb.running())
        except dynamodb.NotAvailable as missing:
            if os.environ.get("CI") == "true":
                raise
            pytest.skip(str(missing))
        yield address


@pytest.fixture
def true_desk(dynamodb_local: str) -> Iterator[Desk]:
    """A desk on DynamoDB Local, which is atomic as DynamoDB is."""
    with opened(**of_dynamodb_local(dynamodb_local)) as desk:
        yield desk


def of_dynamodb_local(address: str) -> dict[str, str]:
    """The environment of a deployment of its own on the database at *address*."""
    return {_ELSEWHERE: address, "TABLE_PREFIX": f"t{random_token()}"}


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The monotonic clock, as a list to change."""
    now = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    return now
