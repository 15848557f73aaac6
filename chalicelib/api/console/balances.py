"""This is where an administrator sees an app's money, and puts some in."""

from decimal import Decimal

from chalice.app import Blueprint

from ...domain import forms
from ...domain.errors import BadRequest
from ...wiring import service
from ..call import Call
from ..http import Json, administrator
from .fields import only, optional

routes = Blueprint(__name__)

_PATH = "/console/api/balance"


@administrator(routes, "GET", _PATH)
def read_balance(call: Call) -> Json:
    """What is left, and what was spent today."""
    app = service().apps.read(call.app.id)
    left, spent = service().billing.balance(app, now=call.at)
    return {
        "currency": "USD",
        "prepaid": app.settings.prepaid,
        "balance": left,
        "spentToday": spent,
        "dailyCap": app.settings.daily_cap,
        "alarmBelow": app.settings.balance_alarm,
    }


@administrator(routes, "POST", _PATH)
def top_up(call: Call) -> Json:
    """Put money in, or with a negative amount take some out.

    An `id` of the caller's own makes it safe to repeat: one id, one payment.
    """
    only(call, "amount", "id")
    amount = _amount(call.given.get("amount"))
    app = service().apps.read(call.app.id)
    left = service().billing.top_up(app, amount, id=optional(call, "id", most=64) or "")
    return {"currency": "USD", "balance": left}


def _amount(given: object) -> Decimal:
    """An amount that is not nothing; negative with a minus in front."""
    said = str(given) if isinstance(given, str | int | float) else ""
    try:
        amount = forms.amount(said.removeprefix("-")[:40])
    except ValueError as fault:
        raise BadRequest(f"amount: {fault}.", field="amount") from fault
    if not amount:
        raise BadRequest("amount: nothing is no amount.", field="amount")
    return -amount if said.startswith("-") else amount
