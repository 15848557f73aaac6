"""What is looked at in an AWS account: a check asks for one thing, and says what it found."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from chalicelib.config import Config

from ..account import Account, client


class Level(StrEnum):
    """How bad it is: all is well, it works with a drawback, or it will not work."""

    OK = "ok"
    NOTE = "note"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and what to do about it and where, unless all is well."""

    level: Level
    said: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.said} → {self.remedy}" if self.remedy else self.said


#: A check may say several things; what it does not say when AWS refuses is said for it.
Check = Callable[[Config, Account], Iterator[Finding]]


def ok(said: str) -> Finding:
    return Finding(Level.OK, said)


def note(said: str, remedy: str) -> Finding:
    return Finding(Level.NOTE, said, remedy)


def missing(said: str, remedy: str) -> Finding:
    return Finding(Level.MISSING, said, remedy)


class Unseen(Exception):
    """It could not be looked at; the message says why, without repeating what AWS wrote."""


class Absent(Unseen):
    """AWS knows nothing of that name."""


def look(
    checks: Mapping[str, Check], config: Config, account: Account
) -> Iterator[tuple[str, Finding]]:
    """What *checks* find, each under its subject; one that AWS refuses ends itself alone."""
    for subject, check in checks.items():
        try:
            for finding in check(config, account):
                yield subject, finding
        except Unseen as fault:
            yield subject, unseen(fault)


def unseen(fault: Unseen) -> Finding:
    return Finding(Level.NOTE, f"cannot look: {fault}")


_DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"}
)
_ABSENT = frozenset(
    {
        "AWS.SimpleQueueService.NonExistentQueue",
        "NotFound",
        "QueueDoesNotExist",
        "ResourceNotFoundException",
    }
)
#: What IAM calls a service, where it is not what botocore calls it.
_PREFIXES = {"pinpoint-sms-voice-v2": "sms-voice"}
#: API Gateway's actions are HTTP's methods.
_ACTIONS = {"GetAccount": "GET"}


def ask(service: str, operation: str, **asked: Any) -> dict[str, Any]:
    """What AWS answers to *operation*, in all its pages; raises Absent and Unseen."""
    asking = client(service)
    try:
        # A Limit is the most that is wanted, and to a paginator the size of a page.
        if asking.can_paginate(operation) and "Limit" not in asked:
            whole = asking.get_paginator(operation).paginate(**asked).build_full_result()
            return dict(whole)
        return dict(getattr(asking, operation)(**asked))
    except ClientError as fault:
        raise _renamed(service, fault) from fault
    except ParamValidationError:
        raise  # it is ours
    except BotoCoreError as fault:
        name = asking.meta.method_to_api_mapping[operation]
        raise Unseen(f"{service} does not answer {name} ({type(fault).__name__})") from fault


def items(service: str, operation: str, key: str, **asked: Any) -> list[Any]:
    """What AWS lists under *key*, to its last page; raises Absent and Unseen."""
    said: list[Any] = ask(service, operation, **asked).get(key, [])
    return said


def item(service: str, operation: str, key: str, **asked: Any) -> dict[str, Any]:
    """The one thing that is asked for; raises Absent and Unseen."""
    for one in items(service, operation, key, **asked):
        return dict(one)
    raise Absent(f"{service} has none")


def _renamed(service: str, fault: ClientError) -> Unseen:
    error = fault.response["Error"]
    code, reason = error["Code"], fault.response.get("Reason")
    # CloudFormation has one code for all that is wrong with a request.
    if code in _ABSENT or "does not exist" in error.get("Message", ""):
        return Absent(f"{service} says {code} to {fault.operation_name}")
    if code in _DENIED and not reason:
        name = _ACTIONS.get(fault.operation_name, fault.operation_name)
        return Unseen(f"needs action {_PREFIXES.get(service, service)}:{name}")
    return Unseen(f"{service} says {reason or code} to {fault.operation_name}")
