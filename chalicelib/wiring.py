"""This is where it stands which concrete thing is behind each port."""

import threading
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from . import logs, senders
from .config import Config
from .flows.captchas import Captchas
from .flows.delivery import Delivery, Listener
from .flows.verification import SEND_WITHIN, Verification
from .store import tables
from .store.apps import DynamoApps
from .store.captchas import DynamoCaptchas
from .store.lines import DynamoLines
from .store.records import DynamoRecords
from .store.secrets import ParameterSecrets

_building = threading.Lock()


@dataclass(eq=False, repr=False)
class Service:
    """All that the doors need, ready to be called."""

    config: Config
    apps: DynamoApps
    secrets: ParameterSecrets
    captchas: Captchas
    verification: Verification
    listeners: list[Listener]


def service() -> Service:
    """The service: built on a sandbox's first call, and kept while it is warm."""
    with _building:
        return _build()


@cache
def _build() -> Service:
    config = Config.read()
    apps, secrets = stores(config)
    records = DynamoRecords()
    captchas = Captchas(DynamoCaptchas(), secrets, _draw)
    listeners: list[Listener] = []
    delivery = Delivery(senders.chain(config), records, logs.log, listeners)
    return Service(
        config=config,
        apps=apps,
        secrets=secrets,
        captchas=captchas,
        verification=Verification(
            DynamoLines(),
            records,
            secrets,
            captchas,
            delivery,
            logs.log,
            # At the desk nobody kills a request that takes its time.
            send_within=SEND_WITHIN if config.deployed else timedelta(minutes=1),
        ),
        listeners=listeners,
    )


def _draw(answer: str, *, width: int, height: int, seed: bytes) -> bytes:
    from . import images  # of which only pictures have need

    return images.draw(answer, width=width, height=height, seed=seed)


def stores(config: Config) -> tuple[DynamoApps, ParameterSecrets]:
    """What an administrator changes: the apps and the peppers of one deployment."""
    tables.prefix(config.table_prefix)
    return DynamoApps(), ParameterSecrets(config.peppers_parameter)


def forget() -> None:
    """Build anew at the next call, as a new sandbox would."""
    _build.cache_clear()
