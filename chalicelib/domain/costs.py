"""This is where it stands what one message costs: its segments, times the price of one."""

from dataclasses import dataclass
from decimal import Decimal

from .messages import Channel, Message
from .settings import Settings


@dataclass(frozen=True, slots=True)
class Cost:
    """What is billed for a message; *price* is of all its *segments*, in US dollars.

    A call is one segment: its first minute.  What reaches no carrier costs nothing.
    """

    segments: int
    price: Decimal

    @classmethod
    def of(cls, message: Message, settings: Settings) -> "Cost":
        """What *message* costs an app with these *settings*."""
        texts = message.channel is Channel.SMS
        billed = settings.segment_rule.billed(message.text) if texts else 1
        if message.test:
            return cls(billed, Decimal(0))
        return cls(billed, settings.prices.price(message.to.region, message.channel) * billed)


#: What a message costs that no sender is asked to take.
FREE = Cost(0, Decimal(0))
