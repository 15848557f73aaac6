"""What ends `make deploy` and `make destroy` before anything is done, and what they would lose."""

import subprocess
import sys
from datetime import UTC, datetime

import moto
import pytest
from botocore.stub import Stubber

from tests.server import ROOT
from tools import kept
from tools.account import Account, Failed, client
from tools.smoke import PREFIX as SMOKE
from tools.stack import Plan, Stack

REGION = {"AWS_REGION": "eu-central-1"}
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
NOWHERE = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_MAX_ATTEMPTS": "1"}
#: Of the person who runs the tests nothing is asked, and nothing of the machine.
ALONE = {
    "AWS_CONFIG_FILE": "/nonexistent",
    "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@pytest.mark.parametrize("command", ["deploy", "destroy"])
@pytest.mark.parametrize(
    ("asked", "environ", "said"),
    [
        (["--stage", "nope"], {}, "no stage 'nope': there are local, dev, prod"),
        (["--stage", "local"], {}, "STAGE=local for stage 'local'"),
        ([], KEYS, "no region: set AWS_REGION, or `aws configure`"),
        ([], REGION, "AWS does not know you: Unable to locate credentials; see `aws configure`"),
        ([], {**REGION, **KEYS, **NOWHERE}, "AWS does not know you: Could not connect"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    command: str, asked: list[str], environ: dict[str, str], said: str
) -> None:
    ran = _ran(command, asked, environ)

    assert (ran.returncode, ran.stdout) == (1, "")
    [line] = ran.stderr.splitlines()
    assert line.startswith("not done: ")
    assert said in line


@pytest.mark.parametrize("parameter", ["DomainName", "=x", "Name = value"])
def test_a_parameter_is_a_name_and_a_value(parameter: str) -> None:
    ran = _ran("deploy", ["--parameter", parameter], {**REGION, **KEYS, **NOWHERE})

    assert ran.returncode == 1
    assert ran.stderr.startswith("not done: a parameter is Name=Value, not ")


def test_no_python_of_lambdas_is_said_in_a_line() -> None:
    ran = _ran("package", [], {"LAMBDA_PYTHON": "/bin/true"})

    assert ran.returncode == 1
    assert ran.stderr == (
        "no package: /bin/true is none of 3.13, 3.12, 3.11, which Lambda runs; "
        "LAMBDA_PYTHON may name one\n"
    )


def _ran(command: str, asked: list[str], environ: dict[str, str]) -> "subprocess.CompletedProcess":
    return subprocess.run(
        [sys.executable, "-m", f"tools.{command}", *asked],
        cwd=ROOT,
        env={**ALONE, **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        ({"Action": "Remove"}, True),
        ({"Action": "Modify", "Replacement": "True"}, True),
        ({"Action": "Modify", "Replacement": "False"}, False),
        ({"Action": "Add"}, False),
        ({"Action": "Import"}, False),
        ({"Action": "Remove", "ResourceType": "AWS::SQS::Queue"}, False),
    ],
)
def test_a_plan_says_which_tables_would_lose_their_items(
    change: dict[str, str], lost: bool
) -> None:
    table = {"LogicalResourceId": "UsersTable", "ResourceType": "AWS::DynamoDB::Table"}

    assert Plan("id", False, [{**table, **change}]).lost == (["UsersTable"] if lost else [])


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("UPDATE_IN_PROGRESS", "is being changed by somebody else"),
        ("DELETE_FAILED", "`make destroy` goes on with it"),
        ("UPDATE_ROLLBACK_FAILED", "aws cloudformation continue-update-rollback --stack-name one"),
    ],
)
def test_a_stack_that_cannot_be_changed_now_is_left_alone(status: str, said: str) -> None:
    stack = {"StackName": "one", "CreationTime": datetime.now(UTC), "StackStatus": status}
    with Stubber(client("cloudformation")) as cloudformation:
        cloudformation.add_response("describe_stacks", {"Stacks": [stack]}, {"StackName": "one"})

        with pytest.raises(Failed, match=said):
            Stack(Account("1", "eu-central-1", "aws", ""), "one").plan("https://…", {})


ONE = Stack(Account("1", "eu-central-1", "aws", ""), "one")
EVENT = {"StackId": "id", "StackName": "one", "Timestamp": datetime.now(UTC)}


def _stack(status: str) -> dict[str, object]:
    return {"StackName": "one", "CreationTime": datetime.now(UTC), "StackStatus": status}


def test_who_declines_a_plan_leaves_a_stack_alone_that_somebody_else_has_made_since() -> None:
    with Stubber(client("cloudformation")) as cloudformation:
        cloudformation.add_response("delete_change_set", {}, {"ChangeSetName": "plan"})
        cloudformation.add_response(
            "describe_stacks", {"Stacks": [_stack("CREATE_COMPLETE")]}, {"StackName": "id"}
        )

        ONE.discard(Plan("plan", True, [], "id"))

        cloudformation.assert_no_pending_responses()


def test_a_failed_deployment_says_what_failed_first_however_much_came_of_it() -> None:
    """AWS tells the newest events first, a hundred at a time."""
    first = {"LogicalResourceId": "Domain", "ResourceStatusReason": "no such certificate"}
    later = {"LogicalResourceId": "Changed", "ResourceStatusReason": "creation cancelled"}
    events = [
        {**EVENT, **later, "EventId": "3", "ResourceStatus": "CREATE_FAILED"},
        {**EVENT, **first, "EventId": "2", "ResourceStatus": "CREATE_FAILED"},
        {**EVENT, "EventId": "1", "LogicalResourceId": "old", "ResourceStatus": "DELETE_FAILED"},
    ]
    with Stubber(client("cloudformation")) as cloudformation:

        def tell(*events: dict[str, object], more: str = "", after: str = "") -> None:
            asked = {"StackName": "id", **({"NextToken": after} if after else {})}
            said = {"StackEvents": list(events), **({"NextToken": more} if more else {})}
            cloudformation.add_response("describe_stack_events", said, asked)

        tell(events[2])
        cloudformation.add_response("execute_change_set", {}, {"ChangeSetName": "plan"})
        # The first look comes too early: the change has not begun.
        for status, newest in (("CREATE_COMPLETE", events[2]), ("ROLLBACK_COMPLETE", events[0])):
            cloudformation.add_response(
                "describe_stacks", {"Stacks": [_stack(status)]}, {"StackName": "id"}
            )
            tell(newest)
        tell(events[0], more="more")
        tell(*events[1:], after="more")

        with pytest.raises(Failed, match="ROLLBACK_COMPLETE: Domain: no such certificate"):
            Stack(Account("1", "eu-central-1", "aws", "http://emulator"), "one").apply(
                Plan("plan", True, [], "id")
            )


@pytest.mark.parametrize(
    ("noun", "item", "missed"),
    [
        ("users", {"id": {"S": "somebody"}}, True),
        ("records", {"id": {"S": "one"}, "app": {"S": "my-app"}}, True),
        ("records", {"id": {"S": "one"}, "app": {"S": f"{SMOKE}1"}}, False),
        ("apps", {"id": {"S": f"{SMOKE}1"}}, False),
        ("counters", {"key": {"S": f"{SMOKE}1#2026-01-01"}, "name": {"S": "CN"}}, False),
        ("lines", {"key": {"S": "one"}}, False),
    ],
)
def test_a_deployment_that_nobody_has_used_keeps_nothing(
    noun: str, item: dict[str, dict[str, str]], missed: bool
) -> None:
    with moto.mock_aws():
        keys = [("id", "HASH")] if "id" in item else [("key", "HASH")]
        client("dynamodb").create_table(
            TableName=f"countersign-dev-{noun}",
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
            AttributeDefinitions=[{"AttributeName": keys[0][0], "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        assert not kept.keeps(f"countersign-dev-{noun}")
        client("dynamodb").put_item(TableName=f"countersign-dev-{noun}", Item=item)

        assert kept.keeps(f"countersign-dev-{noun}") is missed
