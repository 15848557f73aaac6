"""This is where a changed rule is tried on what has been recorded, and nothing is sent."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from operator import itemgetter

from ..domain import judgements
from ..domain.abuse import Broken, Decision, Standing, Strain, Verdict
from ..domain.apps import App
from ..domain.ledgers import BESIDE_FOR, Ledger
from ..domain.messages import Kind
from ..domain.minutes import Minutes
from ..domain.records import Record, Status
from .suspicions import Suspicions

#: So old a standing may be that a send is judged by: the change stream's second, and the cache's.
LAG = timedelta(seconds=6)
_INSTANT = timedelta(microseconds=1)


@dataclass(eq=False, repr=False)
class Recollection:
    """Ledgers that are remembered for as long as a replay lasts."""

    ledgers: dict[str, Ledger] = field(default_factory=dict)
    minutes: dict[str, Minutes] = field(default_factory=dict)
    blocks: dict[str, dict[str, datetime]] = field(default_factory=dict)
    now: Standing = field(default_factory=Standing)
    #: What stood before, until it is too old to be met with.
    before: list[tuple[datetime, Standing]] = field(default_factory=list)

    def sent(
        self, app: str, subject: str, at: datetime, *, extra: int, region: str = "", writer: str
    ) -> tuple[Ledger, Minutes]:
        ledger = self.ledgers.get(subject, Ledger()).sent(at, extra=extra, region=region)
        minutes = self.minutes.get(subject, Minutes()).sent(at)
        self.ledgers[subject], self.minutes[subject] = ledger, minutes
        return ledger, minutes

    def weigh(self, app: str, subject: str, at: datetime, *, extra: int, writer: str) -> Ledger:
        self.ledgers[subject] = self.ledgers[subject].weighed(at, extra)
        return self.ledgers[subject]

    def redeemed(
        self, app: str, subject: str, at: datetime, *, region: str = "", writer: str
    ) -> Ledger:
        self.ledgers[subject] = self.ledgers.get(subject, Ledger()).redeemed(at, region=region)
        self.minutes[subject] = self.minutes.get(subject, Minutes()).redeemed(at)
        return self.ledgers[subject]

    def beside(self, app: str, block: str, number: str, at: datetime) -> int:
        kept = self.blocks.setdefault(block, {})
        lately = {one for one, seen in kept.items() if at - seen < BESIDE_FOR}
        kept[number] = at
        return len(lately - {number})

    def begun(self, app: str, *, now: datetime) -> None:
        if self.now.since is None:
            self.now = replace(self.now, since=now)

    def standing(self, app: str) -> Standing:
        return self.now

    def stand(self, app: str, strains: Mapping[str, Strain | None], *, now: datetime) -> None:
        known: dict[str, dict[str, Strain]] = {
            "region": dict(self.now.regions),
            "address": dict(self.now.addresses),
        }
        for subject, strain in strains.items():
            cause, _, what = subject.partition(" ")
            known[cause].pop(what, None)
            if strain:
                known[cause][what] = strain
        after = replace(self.now, regions=known["region"], addresses=known["address"])
        self._keep(after, now)

    def broke(self, app: str, region: str, broken: Broken, *, now: datetime) -> None:
        self._keep(replace(self.now, broken={**self.now.broken, region: broken}), now)

    def _keep(self, after: Standing, now: datetime) -> None:
        self.before = [one for one in self.before if now - one[0] <= LAG][-1000:]
        self.before.append((now, self.now))
        self.now = after

    def seen(self, now: datetime) -> Standing:
        """The standing as a send meets with it, which is a little old."""
        for until, standing in self.before:
            if until > now - LAG:
                return standing
        return self.now


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule would have made of some *sends*: so many of each verdict.

    Of those that it holds back *harmed* were verified all the same, and the others would have
    saved *saved* dollars.  *released* were held back, and would not be.
    """

    sends: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    held: int = 0
    harmed: int = 0
    saved: Decimal = Decimal(0)
    released: int = 0


@dataclass(eq=False, repr=False)
class Replay:
    """Judges records anew, in the order in which they were asked for."""

    app: App
    suspicions: Suspicions
    ledgers: Recollection

    @classmethod
    def of(cls, app: App, since: datetime | None = None) -> "Replay":
        """A replay by the settings of *app*, whose first code was sent *since* a moment."""
        ledgers = Recollection(now=Standing(since))
        return cls(app, Suspicions(lambda id: app, ledgers, _silent, _silent), ledgers)

    def run(self, records: Iterable[Record], since: datetime) -> Outcome:
        """What the rule makes of *records* since a moment, by what was before it.

        Of codes alone, for nobody hands in a notice.
        """
        outcome, out = Outcome(), set[str]()
        for at, record in _told(records):
            if at == record.at:
                held = record.barred and record.at < since
                if record.at >= since:
                    outcome, held = self._judged(outcome, record)
                if not held:
                    self.sent(record)
                    out.add(record.id)
            elif record.id in out:
                self.redeemed(record, at)
        return outcome

    def decision(self, record: Record) -> Decision:
        """What the rule says of a request, as the ledgers stand."""
        settings, at = self.app.settings, record.at
        if settings.fixed_code(record.to, at):
            return Decision()
        decided = judgements.listed(settings, record.to, record.address, at)
        if decided is not None:
            return decided
        standing = self.ledgers.seen(at)
        return judgements.weighed(settings, standing, record.to, record.address, at)

    def sent(self, record: Record) -> None:
        """Note that the message of *record* went out."""
        pending = replace(record, status=Status.PENDING, verified_at=None)
        self.suspicions.record_changed(None, pending, now=record.at)

    def redeemed(self, record: Record, at: datetime) -> None:
        """Note that its code came back."""
        pending = replace(record, status=Status.PENDING, verified_at=None)
        self.suspicions.record_changed(pending, pending.verified(at), now=at)

    def _judged(self, outcome: Outcome, record: Record) -> tuple[Outcome, bool]:
        verdict = self.decision(record).verdict
        verified = record.status is Status.VERIFIED
        price = record.decision.saved if record.barred else record.price
        # Who had the code in their hand would have read a captcha, too.
        held = verdict.bars or (verdict is Verdict.CHALLENGED and not verified)
        after = replace(
            outcome,
            sends=outcome.sends + 1,
            verdicts=outcome.verdicts + Counter([verdict]),
            held=outcome.held + held,
            harmed=outcome.harmed + (held and verified),
            saved=outcome.saved + (Decimal(0) if verified or not held else price or Decimal(0)),
            released=outcome.released + (record.barred and not held),
        )
        return after, held


def _told(records: Iterable[Record]) -> list[tuple[datetime, Record]]:
    """When each code was asked for and when it came back, in that order.

    What no sender took was nobody's money, but for what was held back.
    """
    told = []
    for record in records:
        if record.kind is Kind.VERIFICATION and (record.barred or not _failed(record)):
            told.append((record.at, record))
            if record.verified_at:
                told.append((max(record.verified_at, record.at + _INSTANT), record))
    return sorted(told, key=itemgetter(0))


def _failed(record: Record) -> bool:
    return record.status is Status.REFUSED


def _silent(*said: object, **facts: object) -> None:
    """Nobody is told of what might have been."""
