"""Ways to reach a phone: one file each, with its faults in our words.

To add one, copy `sns.py`, fill in `send` and the fault table, and name it below and in
`config.SENDERS`.
"""

from collections.abc import Sequence

from ..config import Config
from ..flows.ports import Sender
from .breaker import Breaker
from .failover import Failover
from .inbox import Inbox
from .sns import Sns


def chain(config: Config) -> Failover:
    """The configured senders, in their order, as one; test numbers never get past the inbox."""
    inbox = Inbox(everything="inbox" in config.sender_names)
    carriers: Sequence[Sender] = [
        Breaker(_carrier(name, config)) for name in config.sender_names if name != "inbox"
    ]
    return Failover((inbox, *carriers))


def _carrier(name: str, config: Config) -> Sender:
    assert name == "sns", "config admits no other"  # noqa: S101
    return Sns(sender_id=config.sns_sender_id, max_price=config.sns_max_price)
