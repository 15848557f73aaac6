"""Notify: is its configuration there, at which tier, and does it carry what it is asked to?"""

from collections.abc import Iterator
from typing import Any

from chalicelib.config import Config
from chalicelib.senders.notify import BASIC

from ..account import Account
from . import Absent, Check, Finding, eum, item, missing, note, ok
from .originators import CONSOLE, SERVICE

_PAGE = f"{CONSOLE} > Notify"


def configuration(config: Config, account: Account) -> Iterator[Finding]:
    """Whether codes go out by it at all, how many, and where to."""
    wanted = [config.notify_configuration]
    try:
        operation, key = "describe_notify_configurations", "NotifyConfigurations"
        said = item(SERVICE, operation, key, NotifyConfigurationIds=wanted)
    except Absent:
        yield missing(f"{wanted[0]} is not there", f"{_PAGE} > Create configuration")
        return
    if said["Status"] == "ACTIVE":
        yield ok(f"{wanted[0]} is ACTIVE")
    else:
        why = f": {said['RejectionReason']}" if said.get("RejectionReason") else ""
        yield missing(f"{wanted[0]} is {said['Status']}{why}", _PAGE)
    if said["Tier"] == "BASIC":
        asked = said["TierUpgradeStatus"]
        remedy = f"{_PAGE} > Upgrade tier (it is {asked})"
        yield note("tier BASIC: 200 codes a day, one a second", remedy)
    else:
        yield ok(f"tier {said['Tier']}")
    yield from _reach(config, said)


def _reach(config: Config, said: dict[str, Any]) -> Iterator[Finding]:
    """What it is not enabled for, though it will be asked."""
    channels = ["SMS", *(["VOICE"] if config.notify_voice_template else [])]
    for channel in channels:
        if channel not in said["EnabledChannels"]:
            yield missing(f"{channel} is not enabled", f"{_PAGE}: channels")
    regions = config.notify_regions or BASIC
    # No list is no limit but the tier's.
    enabled = said.get("EnabledCountries") or regions
    if closed := [region for region in regions if region not in enabled]:
        yield note(f"not enabled for {', '.join(closed)}", f"{_PAGE}: countries; NOTIFY_COUNTRIES")
    if not config.notify_template and not said.get("DefaultTemplateId"):
        yield missing(
            "no template, and no default one", f"{_PAGE}, or NOTIFY_TEMPLATE of the stage"
        )


def templates(config: Config, account: Account) -> Iterator[Finding]:
    """Whether AWS has the templates that are named."""
    for name in filter(None, (config.notify_template, config.notify_voice_template)):
        try:
            operation, key = "describe_notify_templates", "NotifyTemplates"
            said = item(SERVICE, operation, key, TemplateIds=[name])
        except Absent:
            yield missing(f"{name} is not there", f"{_PAGE} > Templates")
            continue
        if said.get("Status", "ACTIVE") == "ACTIVE":
            yield ok(f"{name} is ACTIVE")
        else:
            yield missing(f"{name} is {said['Status']}", f"{_PAGE} > Templates")


def spend(config: Config, account: Account) -> Iterator[Finding]:
    """Notify has a purse of its own."""
    yield from eum.limits(["NOTIFY"])


CHECKS: dict[str, Check] = {
    "Notify": configuration,
    "Notify templates": templates,
    "Notify spend limit": spend,
}
