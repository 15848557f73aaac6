"""This is where what follows from a fact is made, when it is asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from .. import logs
from .accounts import Accounts

if TYPE_CHECKING:
    from ..flows.announcements import Announcements
    from ..flows.counters import Counters
    from ..flows.dead_letters import DeadLetters
    from ..flows.happenings import Happenings
    from ..flows.hook_deliveries import HookDeliveries
    from ..flows.hook_ports import BeforeSend
    from ..flows.openings import Openings
    from ..flows.suspicions import Suspicions
    from ..flows.timers import Timers
    from ..store.aside import SqsAside
    from ..store.deliveries import DynamoDeliveries
    from ..store.timers import SqsTimers


class Afterwards(Accounts):
    """What receipts, change streams, timers and hooks need."""

    @cached_property
    def counters(self) -> Counters:
        from ..flows.counters import Counters
        from ..store.counters import DynamoCounters

        return Counters(DynamoCounters())

    @cached_property
    def suspicions(self) -> Suspicions:
        from ..flows.suspicions import Suspicions

        return Suspicions(
            self.directory.find,
            self.sends.defence.ledgers,
            lambda app, events: self.announcements.announce(app, events),
            logs.log,
        )

    @cached_property
    def openings(self) -> Openings:
        from ..flows.openings import Openings

        return Openings(
            self.directory, self.sends.lines, self.delivery.records, self.secrets, self.delivery
        )

    @cached_property
    def before_send(self) -> BeforeSend:
        from ..hooks.function import AskFunction

        return AskFunction()

    @cached_property
    def announcements(self) -> Announcements:
        from ..flows.announcements import Announcements

        return Announcements(self.directory, self.deliveries, logs.log)

    @cached_property
    def happenings(self) -> Happenings:
        from ..flows.happenings import Happenings

        return Happenings(self.announcements, self.openings, self.people)

    @cached_property
    def deliveries(self) -> DynamoDeliveries:
        from ..store.deliveries import DynamoDeliveries

        return DynamoDeliveries()

    @cached_property
    def hook_deliveries(self) -> HookDeliveries:
        from .. import hooks
        from ..flows.hook_deliveries import HookDeliveries

        callers = hooks.callers(nearby=not self.config.deployed)
        kept = self.kept_timers
        return HookDeliveries(self.directory, self.deliveries, kept, callers, logs.log)

    @cached_property
    def dead_letters(self) -> DeadLetters:
        from ..flows.dead_letters import DeadLetters

        return DeadLetters(self.deliveries, logs.log)

    @cached_property
    def timers(self) -> Timers:
        from ..flows.fallbacks import Fallbacks
        from ..flows.timers import Timers

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
        return Timers(
            self.directory,
            self.kept_timers,
            self.delivery,
            self.openings,
            fallbacks,
            self.deliveries,
        )

    @cached_property
    def kept_timers(self) -> SqsTimers:
        from ..store.queues import Queue
        from ..store.timers import SqsTimers

        return SqsTimers(Queue(self.queue))

    @cached_property
    def aside(self) -> SqsAside:
        from ..store.aside import SqsAside
        from ..store.queues import Queue

        return SqsAside(Queue(self.unheard))

    @property
    def unheard(self) -> str:
        """The name of the queue for what could not be heard."""
        return f"{self.config.table_prefix}-unheard"

    @property
    def queue(self) -> str:
        """The name of the queue that timers are kept in."""
        return f"{self.config.table_prefix}-timers"
