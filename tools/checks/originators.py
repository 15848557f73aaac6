"""Whom texts and calls of End User Messaging come from: numbers, pools and sender IDs."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from chalicelib.config import Config

from ..account import Account
from . import Finding, items, missing, note, ok

SERVICE = "pinpoint-sms-voice-v2"
CONSOLE = "AWS End User Messaging SMS console"
_PAGES = f"{CONSOLE} > Phone numbers, Phone pools or Sender IDs"


@dataclass(frozen=True, slots=True)
class Originator:
    """What *name* of the configuration stands for; the name itself may be a number, and is kept."""

    what: str
    status: str = "ACTIVE"
    types: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    rates: dict[str, int] = field(default_factory=dict)
    simulated: bool = False

    def faults(self, channel: str) -> Iterator[str]:
        """What keeps it from carrying a code by *channel*, `SMS` or `VOICE`."""
        if self.status != "ACTIVE":
            yield f"{self.what} is {self.status}"
        if channel not in self.channels:
            yield f"{self.what} has no {channel} capability"
        # A call has no message type; a number and a pool have one all the same.
        if channel == "SMS" and "TRANSACTIONAL" not in self.types:
            yield f"{self.what} is {', '.join(self.types)}, and codes are TRANSACTIONAL"


def texts(config: Config, account: Account) -> Iterator[Finding]:
    """Whom texts come from."""
    if config.eum_origination:
        yield from _findings(config.eum_origination, "SMS", account)
        return
    owned = sum(len(items) for items in (_numbers("SELF"), _pools("SELF"), _sender_ids("SELF")))
    if owned:
        yield note(f"none is set: AWS picks from {owned}", "EUM_ORIGINATION of the stage")
    else:
        yield note(
            "no number, pool or sender ID: a country that wants one gets no texts",
            f"{CONSOLE} > Phone numbers > Request originator; then EUM_ORIGINATION of the stage",
        )


def calls(config: Config, account: Account) -> Iterator[Finding]:
    """Whom calls come from."""
    yield from _findings(config.eum_voice_origination, "VOICE", account)


def _findings(name: str, channel: str, account: Account) -> Iterator[Finding]:
    found = named(name, account)
    if not found:
        yield missing(f"nothing of that name in {account.region}", f"{_PAGES} > Request originator")
        return
    faults = list(found.faults(channel))
    for fault in faults:
        yield missing(fault, f"{_PAGES}, or {CONSOLE} > Registrations")
    if found.simulated:
        yield note(
            f"{found.what} is a simulator's: nobody but AWS's test numbers hears of it",
            f"{CONSOLE} > Phone numbers > Request originator",
        )
    elif not faults:
        rate = f", {found.rates[channel]} a second" if channel in found.rates else ""
        yield ok(f"{found.what}, ACTIVE, {channel}{rate}")


def named(name: str, account: Account) -> Originator | None:
    """What the account, or another that shares it, calls *name*."""
    shared = name.startswith("arn:") and f":{account.id}:" not in name
    owner = "SHARED" if shared else "SELF"
    for number in _numbers(owner):
        if name in (number["PhoneNumber"], number.get("PhoneNumberId"), number["PhoneNumberArn"]):
            return _of_number(number)
    for pool in _pools(owner):
        if name in (pool["PoolId"], pool["PoolArn"]):
            return _of_pool(pool)
    same = [one for one in _sender_ids(owner) if name in (one["SenderId"], one["SenderIdArn"])]
    return _of_sender_ids(same) if same else None


def _numbers(owner: str) -> list[dict[str, Any]]:
    return items(SERVICE, "describe_phone_numbers", "PhoneNumbers", Owner=owner)


def _pools(owner: str) -> list[dict[str, Any]]:
    return items(SERVICE, "describe_pools", "Pools", Owner=owner)


def _sender_ids(owner: str) -> list[dict[str, Any]]:
    return items(SERVICE, "describe_sender_ids", "SenderIds", Owner=owner)


def _of_number(said: dict[str, Any]) -> Originator:
    return Originator(
        f"a number of {said['IsoCountryCode']}",
        said["Status"],
        frozenset({said["MessageType"]}),
        frozenset(said["NumberCapabilities"]),
        said.get("MessagingLimits", {}).get("RateLimits", {}),
        said["NumberType"] == "SIMULATOR",
    )


def _of_pool(said: dict[str, Any]) -> Originator:
    """A pool can what its members can, and by shared routes it can text without any."""
    operation, key = "list_pool_origination_identities", "OriginationIdentities"
    members = items(SERVICE, operation, key, PoolId=said["PoolArn"])
    channels = {channel for member in members for channel in member["NumberCapabilities"]}
    if said["SharedRoutesEnabled"]:
        channels.add("SMS")
    return Originator(
        "a pool", said["Status"], frozenset({said["MessageType"]}), frozenset(channels)
    )


def _of_sender_ids(said: list[dict[str, Any]]) -> Originator:
    """One sender ID is registered in each country anew."""
    countries = ", ".join(sorted(one["IsoCountryCode"] for one in said))
    types = {kind for one in said for kind in one["MessageTypes"]}
    return Originator(
        f"a sender ID in {countries}", types=frozenset(types), channels=frozenset({"SMS"})
    )
