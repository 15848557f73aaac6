"""Ways to reach a phone: one file each, with its faults in our words.

To add one, copy `sns.py`, fill in `send` and the fault table, and name it below and in
`config.SENDERS`.
"""

from collections.abc import Callable, Mapping

from ..config import Config
from ..flows.ports import Feedback, Sender
from .breaker import Breaker
from .inbox import Inbox
from .router import Router


def carriers(config: Config) -> dict[str, Sender]:
    """The configured senders by name, in their order; the inbox is none of them."""
    names = [name for name in config.sender_names if name != "inbox"]
    return {name: _carrier(name, config) for name in names}


def router(config: Config, carriers: Mapping[str, Sender]) -> Router:
    """All of *carriers* as one sender; test numbers never get past the inbox."""
    inbox = Inbox(everything="inbox" in config.sender_names)
    return Router(inbox, {name: Breaker(carrier) for name, carrier in carriers.items()})


def listening(carriers: Mapping[str, Sender]) -> dict[str, Feedback]:
    """Those of *carriers* that like to hear whether their messages arrived."""
    return {name: one for name, one in carriers.items() if isinstance(one, Feedback)}


def _carrier(name: str, config: Config) -> Sender:
    if name in _CARRIERS:
        return _CARRIERS[name](config)
    from .function import Function

    return Function(name, config.functions_by_name[name])


def _sns(config: Config) -> Sender:
    from .sns import Sns

    return Sns(sender_id=config.sns_sender_id, max_price=config.sns_max_price)


def _eum(config: Config) -> Sender:
    from .eum import Eum

    return Eum(
        origination=config.eum_origination,
        voice_origination=config.eum_voice_origination,
        configuration_set=config.eum_configuration_set,
        deployment=config.table_prefix,
        protect_configuration=config.eum_protect_configuration,
        max_price=config.eum_max_price,
        voice_max_price=config.eum_voice_max_price,
        in_entity_id=config.eum_in_entity_id,
        in_template_id=config.eum_in_template_id,
    )


def _notify(config: Config) -> Sender:
    from .notify import BASIC, Notify

    return Notify(
        config.notify_configuration,
        template=config.notify_template,
        voice_template=config.notify_voice_template,
        configuration_set=config.eum_configuration_set,
        deployment=config.table_prefix,
        countries=config.notify_regions or BASIC,
    )


_CARRIERS: dict[str, Callable[[Config], Sender]] = {"sns": _sns, "eum": _eum, "notify": _notify}
