"""This is where it stands which concrete thing is behind each port."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from . import logs, senders
from .config import Config
from .flows.billing import Billing
from .flows.captchas import Captchas
from .flows.delivery import Delivery, Listener
from .flows.pointing import Pointing
from .flows.send_hooks import SendHooks
from .flows.sends import SEND_WITHIN, Sends
from .flows.verification import Verification
from .flows.wordings import Wordings
from .store import tables
from .store.apps import DynamoApps
from .store.captchas import DynamoCaptchas
from .store.lines import DynamoLines
from .store.pointers import DynamoPointers
from .store.purses import DynamoPurses
from .store.records import DynamoRecords
from .store.secrets import ParameterSecrets
from .store.templates import DynamoTemplates

if TYPE_CHECKING:
    from .flows.announcements import Announcements
    from .flows.apps import Apps
    from .flows.counters import Counters
    from .flows.gates import Gates
    from .flows.happenings import Happenings
    from .flows.hook_deliveries import HookDeliveries
    from .flows.hook_ports import BeforeSend
    from .flows.letters import Letters
    from .flows.lists import Lists
    from .flows.logins import Logins
    from .flows.notices import Notices
    from .flows.openings import Openings
    from .flows.people import People
    from .flows.phones import Phones
    from .flows.previews import Previews
    from .flows.proofs import Proofs
    from .flows.records import Records
    from .flows.sign_ups import SignUps
    from .flows.templates import Templates
    from .flows.timers import Timers
    from .flows.users import Users
    from .store.aside import SqsAside
    from .store.deliveries import DynamoDeliveries

_building = threading.Lock()


@dataclass(eq=False, repr=False)
class Service:
    """All that the doors need, ready to be called.

    *directory* finds the app a request is for.  What only an administrator or a carrier's word
    asks for is imported when it is asked for: a send and a verification start without it.
    """

    config: Config
    directory: DynamoApps
    secrets: ParameterSecrets
    captchas: Captchas
    sends: Sends
    verification: Verification
    delivery: Delivery
    billing: Billing
    listeners: list[Listener]

    @cached_property
    def apps(self) -> Apps:
        from .flows.apps import Apps

        return Apps(self.directory, frozenset(self.config.sender_names))

    @cached_property
    def templates(self) -> Templates:
        from .flows.templates import Templates

        return Templates(self.sends.wordings.templates)

    @cached_property
    def previews(self) -> Previews:
        from .flows.previews import Previews

        wordings = self.sends.wordings
        return Previews(wordings.templates, wordings, self.delivery)

    @cached_property
    def notices(self) -> Notices:
        from .flows.notices import Notices

        return Notices(self.sends, self.sends.wordings.templates, logs.log, logs.crash)

    @cached_property
    def people(self) -> People:
        from .flows.people import People
        from .store.users import DynamoUsers

        return People(DynamoUsers(), self.secrets)

    @cached_property
    def gates(self) -> Gates:
        from .flows.gates import Gates
        from .store.tries import DynamoTries

        return Gates(DynamoTries())

    @cached_property
    def phones(self) -> Phones:
        from .flows.phones import Phones

        return Phones(self.people, self.gates, self.sends, logs.log)

    @cached_property
    def proofs(self) -> Proofs:
        from .flows.proofs import Proofs

        return Proofs(
            self.people,
            self.gates,
            self.verification,
            self.sends.pointing,
            self.phones,
            logs.log,
        )

    @cached_property
    def sign_ups(self) -> SignUps:
        from .flows.sign_ups import SignUps

        return SignUps(self.people, self.phones)

    @cached_property
    def users(self) -> Users:
        from .flows.users import Users

        return Users(self.people, self.phones, self.gates)

    @cached_property
    def logins(self) -> Logins:
        from .flows.logins import Logins

        return Logins(self.people, self.sign_ups, self.proofs, self.gates, self.verification)

    @cached_property
    def lists(self) -> Lists:
        from .flows.lists import Lists

        return Lists(self.people)

    @cached_property
    def records(self) -> Records:
        from .flows.records import Records

        return Records(self.delivery.records, self.secrets)

    @cached_property
    def counters(self) -> Counters:
        from .flows.counters import Counters
        from .store.counters import DynamoCounters

        return Counters(DynamoCounters())

    @cached_property
    def openings(self) -> Openings:
        from .flows.openings import Openings

        return Openings(
            self.directory, self.sends.lines, self.delivery.records, self.secrets, self.delivery
        )

    @cached_property
    def before_send(self) -> BeforeSend:
        from .hooks.function import AskFunction

        return AskFunction()

    @cached_property
    def announcements(self) -> Announcements:
        from .flows.announcements import Announcements

        return Announcements(self.directory, self.deliveries, logs.log)

    @cached_property
    def happenings(self) -> Happenings:
        from .flows.happenings import Happenings

        return Happenings(self.announcements, self.openings, self.people)

    @cached_property
    def deliveries(self) -> DynamoDeliveries:
        from .store.deliveries import DynamoDeliveries

        return DynamoDeliveries()

    @cached_property
    def hook_deliveries(self) -> HookDeliveries:
        from . import hooks
        from .flows.hook_deliveries import HookDeliveries
        from .store.timers import SqsTimers

        callers = hooks.callers(nearby=not self.config.deployed)
        timers = SqsTimers(self.queue)
        return HookDeliveries(self.directory, self.deliveries, timers, callers, logs.log)

    @cached_property
    def letters(self) -> Letters:
        from .flows.letters import Letters

        return Letters(self.deliveries, logs.log)

    @cached_property
    def timers(self) -> Timers:
        from .flows.fallbacks import Fallbacks
        from .flows.timers import Timers
        from .store.timers import SqsTimers

        fallbacks = Fallbacks(
            self.directory,
            self.sends.lines,
            self.delivery.records,
            self.sends.wordings.templates,
            self.openings,
            self.billing,
            self.delivery,
            logs.log,
        )
        kept = SqsTimers(self.queue)
        return Timers(
            self.directory, kept, self.delivery, self.openings, fallbacks, self.deliveries
        )

    @cached_property
    def aside(self) -> SqsAside:
        from .store.aside import SqsAside

        return SqsAside(self.unheard)

    @property
    def unheard(self) -> str:
        """The name of the queue for what could not be heard."""
        return f"{self.config.table_prefix}-unheard"

    @property
    def queue(self) -> str:
        """The name of the queue that timers are kept in."""
        return f"{self.config.table_prefix}-timers"


def service() -> Service:
    """The service: built on a sandbox's first call, and kept while it is warm."""
    with _building:
        return _build()


@cache
def _build() -> Service:
    config = Config.read()
    directory, secrets = stores(config)
    records, carriers = DynamoRecords(), senders.carriers(config)
    captchas = Captchas(DynamoCaptchas(), secrets, _draw)
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
    from . import images  # of which only pictures have need

    return images.draw(answer, width=width, height=height, seed=seed)


def stores(config: Config) -> tuple[DynamoApps, ParameterSecrets]:
    """What an administrator changes: the apps and the peppers of one deployment."""
    tables.prefix(config.table_prefix)
    return DynamoApps(), ParameterSecrets(config.peppers_parameter)


def forget() -> None:
    """Build anew at the next call, as a new sandbox would."""
    _build.cache_clear()
