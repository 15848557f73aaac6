"""What the account has for any service: where it is, how much may run at once, who may call."""

from collections.abc import Iterator

from chalicelib import aws
from chalicelib.config import Config

from ..account import Account
from . import Absent, Check, Finding, ask, missing, note, ok
from .originators import SERVICE

#: What an account has that AWS knows for a while; a new one may have 10.
_CONCURRENT = 1000
_INCREASE = "aws service-quotas request-service-quota-increase --service-code lambda"
_INCREASE += f" --quota-code L-B99A9384 --desired-value {_CONCURRENT}"


def region(config: Config, account: Account) -> Iterator[Finding]:
    """Whether AWS texts from this region: SNS, too, does it by End User Messaging."""
    regions = _texting(account)
    if account.region in regions:
        yield ok(f"{account.region} has End User Messaging, by which SNS texts, too")
    elif regions:
        area = account.region.partition("-")[0]
        near = [one for one in regions if one.startswith(f"{area}-")] or regions
        yield missing(f"{account.region} sends no texts", f"AWS_REGION={', '.join(near[:4])} …")
    else:
        supplier = "a function of your own in SENDERS: examples/aliyun, examples/tencent"
        yield missing(f"{account.partition} sends no texts from any region", supplier)


def texting(account: Account) -> bool:
    """Whether there is anything to ask of the senders that are AWS's."""
    return account.region in _texting(account)


def _texting(account: Account) -> list[str]:
    regions: list[str] = aws.session().get_available_regions(SERVICE, account.partition)
    return regions


def concurrency(config: Config, account: Account) -> Iterator[Finding]:
    """How many calls are answered at one time."""
    limit = ask("lambda", "get_account_settings")["AccountLimit"]["ConcurrentExecutions"]
    said = f"{limit} at one time, of all functions of the account"
    if limit < _CONCURRENT:
        yield note(said, f"Service Quotas console > AWS Lambda, or {_INCREASE}")
    else:
        yield ok(said)


def throttle(config: Config, account: Account) -> Iterator[Finding]:
    """How many calls a second reach any API of the account."""
    said = ask("apigateway", "get_account").get("throttleSettings", {})
    if said:
        yield ok(f"{said['rateLimit']:.0f} calls a second, {said['burstLimit']} at once")
    else:
        yield note("AWS does not tell the throttle", "Service Quotas console > API Gateway")


def functions(config: Config, account: Account) -> Iterator[Finding]:
    """Whether the senders that are functions of the team's own are there."""
    for name, function in config.functions_by_name.items():
        if name not in config.sender_names:
            continue
        try:
            said = ask("lambda", "get_function_configuration", FunctionName=function)
        except Absent:
            yield missing(f"{name}: no function {function}", "see examples/aliyun; FUNCTIONS")
            continue
        # A function that was not called for weeks is Inactive, and wakes.
        if said.get("State", "Active") in ("Active", "Inactive"):
            yield ok(f"{name}: {said['FunctionName']}")
        else:
            yield missing(f"{name}: {said['FunctionName']} is {said['State']}", "Lambda console")


CHECKS: dict[str, Check] = {"Lambda": concurrency, "API Gateway": throttle, "senders": functions}
