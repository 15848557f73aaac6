"""This is where it is learnt, from the records, which regions and addresses are pumped.

It follows from what has become of messages, and no send waits for it: what it comes to is a
standing, which sends look up.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from ..domain.abuse import ABROAD, BROKEN_FOR, EXTRA, MANY_REGIONS, Breaking, Broken, Cause, breaks
from ..domain.apps import App
from ..domain.events import Event
from ..domain.happenings import conversion_low
from ..domain.ledgers import Ledger
from ..domain.messages import Kind
from ..domain.minutes import Minutes
from ..domain.records import Record, Status
from . import ports
from .defence_ports import Ledgers

#: Numbers stand beside each other that differ in so many of their last digits.
_BLOCK = 2

#: A standing is one item, and every sandbox reads it every few seconds.
_MOST_ADDRESSES = 300
#: DynamoDB takes expressions of 4 KB.
_CLEARED = 50


@dataclass(eq=False, repr=False)
class Suspicions:
    """Keeps the ledgers of codes, and the standing that follows from them.

    *find* knows an app by its id, and *announce* tells its hooks.
    """

    find: Callable[[str], App | None]
    ledgers: Ledgers
    announce: Callable[[App, Sequence[Event]], None]
    log: ports.Log

    def record_changed(self, before: Record | None, after: Record | None, *, now: datetime) -> None:
        """Note what a record's change says of its region and its address."""
        if after is None or after.kind is not Kind.VERIFICATION or after.status is Status.REFUSED:
            return
        app = self.find(after.app)
        if app is None or app.settings.fixed_code(after.to, after.at) or _spared(after):
            return
        # A second message is of the same code as its first.
        if (before is None or before.status is Status.REFUSED) and not after.first:
            self._sent(app, after, now)
        if after.status is Status.VERIFIED and (not before or before.status is not after.status):
            self._redeemed(app, after, now)

    def _sent(self, app: App, record: Record, now: datetime) -> None:
        writer = f"{record.id}>"
        self.ledgers.begun(app.id, now=now)
        extra = EXTRA if self._beside(app, record) else 0
        extra = self._asked(app, record, extra, writer, now)
        region = record.to.region
        ledger, minutes = self.ledgers.sent(
            app.id, f"{Cause.REGION} {region}", record.at, extra=extra, writer=writer
        )
        self._weigh(app, Cause.REGION, region, ledger, now)
        if region != app.settings.home_region:
            ledger, _ = self.ledgers.sent(
                app.id, f"{Cause.REGION} {ABROAD}", record.at, extra=extra, writer=writer
            )
            self._weigh(app, Cause.REGION, ABROAD, ledger, now)
        self._break(app, region, minutes, now)

    def _beside(self, app: App, record: Record) -> bool:
        """Whether another number of the same hundred was sent to lately."""
        number = record.to.e164
        block, last = number[:-_BLOCK], number[-_BLOCK:]
        return self.ledgers.beside(app.id, block, last, record.at) > 0

    def _asked(self, app: App, record: Record, extra: int, writer: str, now: datetime) -> int:
        """Note who asked; what counts extra then, for the region as well."""
        subject = f"{Cause.ADDRESS} {record.address}"
        ledger, _ = self.ledgers.sent(
            app.id,
            subject,
            record.at,
            extra=extra,
            region=record.to.region,
            writer=writer,
        )
        if len(ledger.strange(record.at)) > MANY_REGIONS:
            extra += EXTRA
            ledger = self.ledgers.weigh(
                app.id, subject, record.at, extra=EXTRA, writer=f"{writer}+"
            )
        self._weigh(app, Cause.ADDRESS, record.address, ledger, now)
        return extra

    def _redeemed(self, app: App, record: Record, now: datetime) -> None:
        writer = f"{record.id}<"
        region = record.to.region
        for cause, what, of in (
            (Cause.REGION, region, ""),
            (Cause.ADDRESS, record.address, region),
            (Cause.REGION, ABROAD if region != app.settings.home_region else "", ""),
        ):
            if what:
                ledger = self.ledgers.redeemed(
                    app.id, f"{cause} {what}", record.at, region=of, writer=writer
                )
                self._weigh(app, cause, what, ledger, now)

    def _weigh(self, app: App, cause: Cause, what: str, ledger: Ledger, now: datetime) -> None:
        """Let the standing say what *ledger* comes to, if that is news."""
        standing = self.ledgers.standing(app.id)
        told = standing.strains(cause).get(what)
        strain = app.settings.rule.strain(cause, ledger, now, what=what)
        if not (strain.news(told) if strain else told):
            return
        past = (one for one, known in standing.addresses.items() if known.until <= now)
        gone = {f"{Cause.ADDRESS} {address}": None for address in islice(past, _CLEARED)}
        new = cause is Cause.ADDRESS and what not in standing.addresses
        if strain and new and len(standing.addresses) - len(gone) >= _MOST_ADDRESSES:
            self.log("standing_full", app=app.id)
            return
        self.ledgers.stand(app.id, {**gone, f"{cause} {what}": strain}, now=now)
        if strain and strain.over and not (told and told.over):
            facts = {"unverified": strain.unverified, "budget": strain.budget}
            self.log("budget_spent", app=app.id, cause=cause, what=what, **facts)

    def _break(self, app: App, region: str, minutes: Minutes, now: datetime) -> None:
        """Tell of a region whose conversion has fallen too low, once an hour."""
        sent, redeemed = minutes.hour(now)
        known = self.ledgers.standing(app.id).broken.get(region)
        told = known is not None and now < known.until
        if app.settings.breaking is Breaking.OFF or told or not breaks(sent, redeemed):
            return
        broken = Broken(redeemed, sent, now + BROKEN_FOR)
        self.announce(app, [conversion_low(app.id, region, broken, now=now)])
        self.log("conversion_low", app=app.id, region=region, sent=sent, redeemed=redeemed)
        self.ledgers.broke(app.id, region, broken, now=now)


def _spared(record: Record) -> bool:
    """Whether it was asked for by the master key, which has no address, or is listed as safe."""
    return not record.address or record.decision.safe
