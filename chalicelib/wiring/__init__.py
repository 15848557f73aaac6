"""This is where it stands which concrete thing is behind each port."""

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache
from typing import Any

from .. import logs, senders
from ..config import Config
from ..domain.captchas import Assessment, Widget
from ..domain.line_types import LineType
from ..domain.phones import PhoneNumber
from ..flows.addresses import Addresses
from ..flows.billing import Billing
from ..flows.captchas import Captchas
from ..flows.defence import Defence
from ..flows.delivery import Delivery, Listener
from ..flows.pointing import Pointing
from ..flows.send_hooks import SendHooks
from ..flows.sends import SEND_WITHIN, Sends
from ..flows.verification import Verification
from ..flows.wordings import Wordings
from ..store import tables
from ..store.apps import DynamoApps
from ..store.captchas import DynamoCaptchas
from ..store.ledgers import DynamoLedgers
from ..store.lines import DynamoLines
from ..store.lookups import DynamoLookups
from ..store.pointers import DynamoPointers
from ..store.purses import DynamoPurses
from ..store.records import DynamoRecords
from ..store.secrets import ParameterSecrets
from ..store.templates import DynamoTemplates
from ..store.windows import DynamoWindows
from .service import Service

_building = threading.Lock()


def service() -> Service:
    """The service: built on a sandbox's first call, and kept while it is warm."""
    with _building:
        return _build()


@cache
def _build() -> Service:
    config = Config.read()
    directory, secrets = stores(config)
    records, carriers = DynamoRecords(), senders.carriers(config)
    addresses = Addresses(DynamoWindows(), logs.log)
    captchas = Captchas(DynamoCaptchas(), secrets, _draw, _judge, addresses)
    listeners: list[Listener] = []
    delivery = Delivery(
        senders.router(config, carriers),
        records,
        logs.log,
        logs.crash,
        listeners,
        feedback=senders.listening(carriers),
    )
    billing = Billing(DynamoPurses(), logs.log)
    sends = Sends(
        DynamoLines(),
        records,
        secrets,
        captchas,
        Wordings(DynamoTemplates()),
        billing,
        delivery,
        Pointing(DynamoPointers(), secrets),
        addresses,
        Defence(DynamoLedgers(), DynamoLookups(), _looker(config), delivery, logs.log),
        SendHooks(_ask, lambda: service().announcements, logs.log, logs.crash),
        # At the desk nobody kills a request that takes its time.
        send_within=SEND_WITHIN if config.deployed else timedelta(minutes=1),
    )
    return Service(
        config=config,
        directory=directory,
        secrets=secrets,
        captchas=captchas,
        sends=sends,
        verification=Verification(sends.lines, secrets, logs.log),
        delivery=delivery,
        billing=billing,
        listeners=listeners,
    )


def _ask(function: str, event: Mapping[str, Any]) -> Mapping[str, Any]:
    return service().before_send(function, event)


def _draw(answer: str, *, width: int, height: int, seed: bytes) -> bytes:
    from .. import images  # of which only pictures have need

    return images.draw(answer, width=width, height=height, seed=seed)


def _judge(widget: Widget, token: str, *, secret: str, address: str) -> Assessment:
    from .. import humans  # of which only apps with another service have need

    return humans.judge(widget, token, secret=secret, address=address)


def _looker(config: Config) -> Callable[[PhoneNumber], LineType | None]:
    @cache
    def lookup() -> Callable[[PhoneNumber], LineType | None]:
        from ..senders.lookup import CarrierLookup  # of which few apps have need

        return CarrierLookup(deployed=config.deployed)

    return lambda phone: lookup()(phone)


def stores(config: Config) -> tuple[DynamoApps, ParameterSecrets]:
    """What an administrator changes: the apps and the peppers of one deployment."""
    tables.prefix(config.table_prefix)
    return DynamoApps(), ParameterSecrets(config.peppers_parameter)


def forget() -> None:
    """Build anew at the next call, as a new sandbox would."""
    _build.cache_clear()
