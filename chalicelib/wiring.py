"""This is where it stands which concrete thing is behind each port."""

import threading
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from . import logs, senders
from .config import Config
from .flows.apps import Apps
from .flows.billing import Billing
from .flows.captchas import Captchas
from .flows.counters import Counters
from .flows.delivery import Delivery, Listener
from .flows.fallbacks import Fallbacks
from .flows.notices import Notices
from .flows.openings import Openings
from .flows.previews import Previews
from .flows.records import Records
from .flows.sends import SEND_WITHIN, Sends
from .flows.templates import Templates
from .flows.timers import Timers
from .flows.verification import Verification
from .flows.wordings import Wordings
from .store import tables
from .store.apps import DynamoApps
from .store.captchas import DynamoCaptchas
from .store.counters import DynamoCounters
from .store.lines import DynamoLines
from .store.purses import DynamoPurses
from .store.records import DynamoRecords
from .store.secrets import ParameterSecrets
from .store.templates import DynamoTemplates
from .store.timers import SqsTimers

_building = threading.Lock()


@dataclass(eq=False, repr=False)
class Service:
    """All that the doors need, ready to be called.

    *directory* finds the app a request is for; *apps* is for who administers one.
    """

    config: Config
    directory: DynamoApps
    secrets: ParameterSecrets
    captchas: Captchas
    sends: Sends
    verification: Verification
    apps: Apps
    templates: Templates
    previews: Previews
    notices: Notices
    delivery: Delivery
    openings: Openings
    timers: Timers
    queue: str
    records: Records
    counters: Counters
    billing: Billing
    listeners: list[Listener]


def service() -> Service:
    """The service: built on a sandbox's first call, and kept while it is warm."""
    with _building:
        return _build()


@cache
def _build() -> Service:
    config = Config.read()
    directory, secrets = stores(config)
    lines, records, templates, purses = (
        DynamoLines(),
        DynamoRecords(),
        DynamoTemplates(),
        DynamoPurses(),
    )
    captchas = Captchas(DynamoCaptchas(), secrets, _draw)
    listeners: list[Listener] = []
    carriers = senders.carriers(config)
    delivery = Delivery(
        senders.router(config, carriers),
        records,
        logs.log,
        logs.crash,
        listeners,
        feedback=senders.listening(carriers),
    )
    wordings = Wordings(templates)
    billing = Billing(purses, logs.log)
    openings = Openings(directory, lines, records, secrets, delivery)
    fallbacks = Fallbacks(
        directory, lines, records, templates, openings, billing, delivery, logs.log
    )
    timers = SqsTimers(f"{config.table_prefix}-timers")
    sends = Sends(
        lines,
        records,
        secrets,
        captchas,
        wordings,
        billing,
        delivery,
        # At the desk nobody kills a request that takes its time.
        send_within=SEND_WITHIN if config.deployed else timedelta(minutes=1),
    )
    return Service(
        config=config,
        directory=directory,
        secrets=secrets,
        captchas=captchas,
        sends=sends,
        verification=Verification(lines, secrets, logs.log),
        apps=Apps(directory, carriers.keys()),
        templates=Templates(templates),
        previews=Previews(templates, wordings, delivery),
        notices=Notices(sends, templates, logs.log, logs.crash),
        billing=billing,
        delivery=delivery,
        openings=openings,
        timers=Timers(directory, timers, delivery, openings, fallbacks),
        queue=timers.name,
        records=Records(records, secrets),
        counters=Counters(DynamoCounters()),
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
