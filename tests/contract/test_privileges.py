"""Each function may do what it does, and no more: seen at work, and held against its policy."""

from collections.abc import Mapping
from contextlib import ExitStack

import pytest
import time_machine

from chalicelib.config import Config
from chalicelib.local import endpoint
from chalicelib.local.messaging import EndUserMessaging
from tests.conftest import Clock
from tests.privileges import Grant, Request, Shipped, arn
from tests.scenes import SCENES, Stage
from tests.watch import requests, watching
from tools import package

FUNCTIONS = list(Shipped(package.ROOT / ".chalice").functions)
#: What is allowed on everything or not at all: IAM knows no resource of it.
NO_RESOURCE = {
    "dynamodb:ListStreams",
    "sms-voice:CarrierLookup",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}

TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/orders"
#: All topics, endpoints and subscriptions: what is left are phones.
SNS = "arn:aws:sns:*:*:*"

Seen = Mapping[str, set[Request]]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Shipped:
    """The policies as they ship to the stage `dev`."""
    tree = tmp_path_factory.mktemp("shipped") / "tree"
    package.copy(tree, Config.read({}, stage="dev"))
    return Shipped(tree / ".chalice")


@pytest.fixture(scope="module")
def seen() -> Seen:
    """What each function asked of AWS when all the scenes were played."""
    messaging = EndUserMessaging()
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv(endpoint.VARIABLE, stack.enter_context(endpoint.running(messaging)))
        traveller = stack.enter_context(time_machine.travel("2040-01-02T12:00:00Z", tick=False))
        watch = stack.enter_context(watching(FUNCTIONS))
        for scene in SCENES:
            scene(Stage(watch, Clock(traveller), messaging))
    return watch.seen


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_do_all_that_it_does(shipped: Shipped, seen: Seen, function: str) -> None:
    grants = list(shipped.grants(function))
    asked = seen.get(function, set()) | set(shipped.by_lambda(function))

    denied = [str(one) for one in sorted(asked) if not any(grant.allows(one) for grant in grants)]

    assert function in seen, "no scene enters it"
    assert denied == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_do_nothing_that_it_does_not(
    shipped: Shipped, seen: Seen, function: str
) -> None:
    asked = seen.get(function, set()) | set(shipped.by_lambda(function))

    unused = [
        str(grant)
        for grant in shipped.grants(function)
        if not any(grant.allows(one) for one in asked)
    ]

    assert unused == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_do_to_everything_only_what_is_done_to_nothing_else(
    shipped: Shipped, function: str
) -> None:
    grants = list(shipped.grants(function))

    wide = {grant.action for grant in grants if grant.allows(Request(grant.action, _other(grant)))}

    assert wide <= NO_RESOURCE
    assert [grant.action for grant in grants if "*" in grant.action] == []


def _other(grant: Grant) -> str:
    """A resource that *grant* can only mean if it means everything.

    Where all but something is allowed, that something must be all that the service has.
    """
    service = grant.action.partition(":")[0] if grant.but else "another"
    return arn(service, "anything:at/all")


@pytest.mark.parametrize(
    ("resource", "but", "asked", "allowed"),
    [
        (TABLE, False, TABLE, True),
        (TABLE, False, f"{TABLE}/index/by_day", False),
        (TABLE, False, f"{TABLE}-of-another", False),
        (f"{TABLE}/index/by_day", False, TABLE, False),
        (f"{TABLE}/index/*", False, f"{TABLE}/index/by_day", True),
        (f"{TABLE[:-1]}?", False, TABLE, True),
        (f"{TABLE}?", False, TABLE, False),
        (TABLE.replace("-", "."), False, TABLE, False),
        ("*", False, TABLE, True),
        (SNS, True, "+8618612345678", True),
        (SNS, True, "arn:aws:sns:us-east-1:123456789012:alarms", False),
    ],
)
def test_a_grant_is_read_as_iam_reads_it(
    resource: str, but: bool, asked: str, allowed: bool
) -> None:
    grant = Grant("One", "dynamodb:Query", resource, but)

    assert grant.allows(Request("dynamodb:Query", asked)) is allowed
    assert not grant.allows(Request("dynamodb:Scan", asked))


@pytest.mark.parametrize(
    ("operation", "params", "judged"),
    [
        ("Query", {"TableName": "orders"}, {"Query": TABLE}),
        ("Query", {"TableName": "orders", "IndexName": "i"}, {"Query": f"{TABLE}/index/i"}),
        ("BatchGetItem", {"RequestItems": {"orders": {}}}, {"BatchGetItem": TABLE}),
        (
            "TransactWriteItems",
            {
                "TransactItems": [
                    {"Put": {"TableName": "orders"}},
                    {"ConditionCheck": {"TableName": "orders"}},
                ]
            },
            {"PutItem": TABLE, "ConditionCheckItem": TABLE},
        ),
    ],
)
def test_what_is_asked_of_a_table_is_judged_by_its_parts(
    operation: str, params: dict[str, object], judged: dict[str, str]
) -> None:
    asked = requests("dynamodb", operation, params)

    assert {one.action.partition(":")[2]: one.resource for one in asked} == judged


def test_what_nobody_has_thought_of_is_asked_of_everything() -> None:
    assert list(requests("kms", "Decrypt", {"KeyId": "1"})) == [Request("kms:Decrypt", "*")]
