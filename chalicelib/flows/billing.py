"""This is where a message is paid for, and where the money comes back if nobody took it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from ..domain.apps import App
from ..domain.costs import Cost
from ..domain.errors import BadRequest, InsufficientBalance, OutOfService, Refusal
from . import ports


@dataclass(eq=False, repr=False)
class Billing:
    """Charges an app for its messages, where its settings ask for that."""

    purses: ports.Purses
    log: ports.Log

    @contextmanager
    def paid(self, app: App, cost: Cost, *, id: str, now: datetime) -> Iterator[None]:
        """Charge *cost* for what happens within; a failure gives it back.

        Raises InsufficientBalance or SpendCapReached.
        """
        settings = app.settings
        try:
            charge = self.purses.charge(
                app.id,
                cost.price,
                prepaid=settings.prepaid,
                daily_cap=settings.daily_cap,
                alarm_below=settings.balance_alarm,
                now=now,
            )
        except InsufficientBalance as refusal:
            self._tell(app, refusal.alarm)
            raise
        except OutOfService as fault:
            # It may have been made all the same: only the answer was missing.
            self.log("charge_unsure", app=app.id, record=id, price=cost.price, reason=fault.reason)
            raise
        self._tell(app, charge.alarm)
        try:
            yield
        except Exception:
            try:
                self.purses.give_back(charge)
            except Refusal as fault:
                self.log(
                    "charge_lost", app=app.id, record=id, price=cost.price, reason=fault.reason
                )
            raise

    def balance(self, app: App, *, now: datetime) -> tuple[Decimal, Decimal]:
        """What *app* has left, and what it has spent today under a cap."""
        return self.purses.balance(app.id), self.purses.spent_on(app.id, now)

    def top_up(self, app: App, amount: Decimal, *, id: str) -> Decimal:
        """Put *amount* in, or take it out if it is negative; what is left then.

        One *id*, one payment.  Raises InsufficientBalance, and BadRequest for an id that was
        of another amount.
        """
        try:
            alarm_below = app.settings.balance_alarm
            self.purses.top_up(app.id, amount, id=id, alarm_below=alarm_below)
        except ValueError as fault:
            raise BadRequest(f"id: {fault}.", field="id") from fault
        return self.purses.balance(app.id)

    def _tell(self, app: App, left: Decimal | None) -> None:
        if left is not None:
            below = app.settings.balance_alarm
            self.log("balance_low", app=app.id, left=f"{left.normalize():f}", below=below)
