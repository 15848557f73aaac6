"""This is where a send is judged before anything is spent on it: is it pumped, or asked for?"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from ..domain import addresses, judgements, line_types
from ..domain.abuse import ALLOWED, Cause, Decision, Reason, Verdict
from ..domain.apps import App
from ..domain.costs import Cost
from ..domain.errors import (
    Barred,
    Busy,
    Challenged,
    OutOfService,
    Refusal,
    TooFrequent,
)
from ..domain.line_types import LineType
from ..domain.messages import Message, SendError
from ..domain.phones import PhoneNumber
from . import ports
from .defence_ports import Ledgers, Lookups
from .delivery import Delivery


@dataclass(eq=False, repr=False)
class Defence:
    """Judges sends that clients ask for, by what is known of the region and the address.

    *look_up* asks a carrier what kind of line a number is; None if there is nobody to ask.  It
    raises SendError.
    """

    ledgers: Ledgers
    lookups: Lookups
    look_up: Callable[[PhoneNumber], LineType | None]
    delivery: Delivery
    log: ports.Log

    def judged(self, app: App, draft: Message, address: str, *, now: datetime) -> Message:
        """*draft* with where it was asked for, and what is held against it."""
        draft = replace(draft, address=addresses.counted(address))
        return replace(draft, decision=self._decided(app, draft, address, now))

    def _decided(self, app: App, draft: Message, address: str, now: datetime) -> Decision:
        if draft.test:
            return ALLOWED
        decided = judgements.listed(app.settings, draft.to, address, now)
        if decided is not None:
            return decided
        try:
            standing = self.ledgers.standing(app.id)
        except (Busy, OutOfService) as fault:  # what cannot be looked up is held against nobody
            self.log("standing_unread", app=app.id, record=draft.id, reason=fault.reason)
            return ALLOWED
        return judgements.weighed(app.settings, standing, draft.to, draft.address, now)

    def holds_back(
        self, app: App, draft: Message, *, token: bool, filing: bool, now: datetime
    ) -> bool:
        """Whether nothing is to be sent, though the client hears that it was.

        Raises what it is to hear instead: Challenged if there is no *token*, TooFrequent, or
        Barred.  What is held back is filed, if *filing*, with what it would have cost.
        """
        decision = draft.decision
        if decision:
            self._tell(app, draft)
        if not decision.verdict.bars and (decision.verdict is not Verdict.CHALLENGED or token):
            return False
        return self._hold_back(app, draft, filing=filing, now=now)

    def bars_line(self, app: App, draft: Message, *, filing: bool, now: datetime) -> bool:
        """As `holds_back`, for what kind of line the number is; raises Barred."""
        refused = line_types.refused(app.settings.refused_lines, draft.channel)
        if draft.test or draft.decision.safe or not refused:
            return False
        line = self._line(app, draft, now)
        if line is None or line not in refused:
            return False
        barred = replace(draft, decision=Decision(Verdict.BLOCKED, (Reason(Cause.LINE, line),)))
        self._tell(app, barred)
        return self._hold_back(app, barred, filing=filing, now=now)

    def _hold_back(self, app: App, draft: Message, *, filing: bool, now: datetime) -> bool:
        decision = draft.decision
        saved = Cost.of(draft, app.settings).price
        held = replace(draft, decision=replace(decision, saved=saved))
        if filing:
            self.delivery.hold_back(held, now=now, kept_for=app.settings.records_kept_for)
        if decision.verdict.bars and app.settings.defence_silent:
            return True
        raise _refusal(decision)

    def _line(self, app: App, draft: Message, now: datetime) -> LineType | None:
        """What kind of line the number is; None if that is not to be learnt: the send goes on."""
        line = None
        try:
            line = self.lookups.find(draft.to, now=now)
            if line is None and (line := self.look_up(draft.to)):
                self.lookups.keep(draft.to, line, now=now)
        except (Refusal, SendError) as fault:
            self.log(
                "lookup_failed",
                app=app.id,
                record=draft.id,
                phone=draft.to.masked,
                reason=fault.reason,
            )
        return line

    def _tell(self, app: App, draft: Message) -> None:
        self.log(
            "judged",
            app=app.id,
            record=draft.id,
            phone=draft.to.masked,
            verdict=draft.decision.verdict,
            reasons=list(map(_shown, draft.decision.reasons)),
        )


def _shown(reason: Reason) -> str:
    if reason.cause is Cause.LINE:
        return f"{reason.cause} {reason.what}"
    return f"{reason.cause} {reason.got}/{reason.most}"


def _refusal(decision: Decision) -> Refusal:
    causes = ", ".join(reason.cause for reason in decision.reasons)
    if decision.verdict is Verdict.CHALLENGED:
        return Challenged(causes)
    if decision.verdict is Verdict.SLOWED:
        return TooFrequent(causes, retry_after=decision.wait)
    return Barred(causes, retry_after=decision.wait)
