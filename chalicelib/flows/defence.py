"""This is where a send is judged before anything is spent on it: is it pumped, or asked for?"""

from dataclasses import dataclass, replace
from datetime import datetime

from ..domain import abuse, addresses
from ..domain.abuse import ALLOWED, Cause, Decision, Reason, Verdict
from ..domain.apps import App
from ..domain.costs import Cost
from ..domain.errors import Barred, MissingValidateToken, Refusal, TooFrequent
from ..domain.messages import Message
from ..domain.watchlists import Entry
from . import ports
from .delivery import Delivery


@dataclass(eq=False, repr=False)
class Defence:
    """Judges sends that clients ask for, by what is known of the region and the address."""

    standings: ports.Standings
    delivery: Delivery
    log: ports.Log

    def judged(self, app: App, draft: Message, address: str, *, now: datetime) -> Message:
        """*draft* with where it was asked for, and what is held against it."""
        draft = replace(draft, address=addresses.counted(address))
        return replace(draft, decision=self._decided(app, draft, address, now))

    def _decided(self, app: App, draft: Message, address: str, now: datetime) -> Decision:
        settings = app.settings

        def listed(entries: tuple[Entry, ...]) -> Entry | None:
            return next((one for one in entries if one.met(draft.to, address, now)), None)

        if draft.test:
            return ALLOWED
        if safe := listed(settings.safe_list):
            return Decision(reasons=(Reason(Cause.SAFE, safe.shown),))
        if barred := listed(settings.block_list):
            return Decision(Verdict.BLOCKED, (Reason(Cause.BARRED, barred.shown),))
        if not draft.code:  # of what is no code nobody knows whether it was wanted
            return ALLOWED
        return abuse.judged(
            self.standings.standing(app.id),
            region=draft.to.region,
            address=draft.address,
            now=now,
            defence=settings.defence,
            breaking=settings.breaking,
            adaptive=settings.captcha_adaptive,
        )

    def holds_back(
        self, app: App, draft: Message, *, token: bool, filing: bool, now: datetime
    ) -> bool:
        """Whether nothing is to be sent, though the client hears that it was.

        Raises what it is to hear instead: MissingValidateToken if there is no *token*,
        TooFrequent, or Barred.  What is held back is filed, if *filing*, with what it would
        have cost.
        """
        decision = draft.decision
        if decision:
            self._tell(app, draft)
        if not decision.verdict.bars and (decision.verdict is not Verdict.CHALLENGED or token):
            return False
        saved = Cost.of(draft, app.settings).price
        held = replace(draft, decision=replace(decision, saved=saved))
        if filing:
            self.delivery.hold_back(held, now=now, kept_for=app.settings.records_kept_for)
        if decision.verdict.bars and app.settings.defence_silent:
            return True
        raise _refusal(decision)

    def _tell(self, app: App, draft: Message) -> None:
        self.log(
            "judged",
            app=app.id,
            record=draft.id,
            phone=draft.to.masked,
            verdict=draft.decision.verdict,
            reasons=[f"{one.cause} {one.got}/{one.most}" for one in draft.decision.reasons],
        )


def _refusal(decision: Decision) -> Refusal:
    causes = ", ".join(reason.cause for reason in decision.reasons)
    if decision.verdict is Verdict.CHALLENGED:
        return MissingValidateToken(f"challenged: {causes}")
    if decision.verdict is Verdict.SLOWED:
        return TooFrequent(causes, retry_after=decision.wait)
    return Barred(causes, retry_after=decision.wait)
