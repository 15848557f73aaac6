"""The stack of a stage: is it whole, can it be called, and is anybody told when it ails?"""

from collections.abc import Iterator
from typing import Any

from chalicelib.config import Config

from ..account import Account
from . import Absent, Check, Finding, Unseen, ask, item, items, look, missing, note, ok, unseen

_OPERATE = ".venv/bin/python -m chalicelib.operate --stage"
#: The stack does its work; in the second its last change has been taken back.
_WHOLE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")
_BACK = ("UPDATE_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_COMPLETE")


def findings(config: Config, account: Account) -> Iterator[tuple[str, Finding]]:
    """What there is to say of the stage; one line if it is not deployed."""
    try:
        yield "stack", _status(config, _described(config))
    except Absent:
        yield "stack", note("no stack yet", f"make deploy STAGE={config.stage}")
        return
    except Unseen as fault:
        yield "stack", unseen(fault)
    checks = dict(_CHECKS)
    if "sns" in config.sender_names:
        checks["delivery log"] = delivery_log
    yield from look(checks, config, account)


def _described(config: Config) -> dict[str, Any]:
    name = config.table_prefix
    said = item("cloudformation", "describe_stacks", "Stacks", StackName=name)
    if said["StackStatus"] in ("DELETE_COMPLETE", "REVIEW_IN_PROGRESS"):
        raise Absent(f"{name} is {said['StackStatus']}")
    return said


def _outputs(said: dict[str, Any]) -> dict[str, str]:
    return {one["OutputKey"]: one["OutputValue"] for one in said.get("Outputs", [])}


def _status(config: Config, said: dict[str, Any]) -> Finding:
    status, name = said["StackStatus"], config.table_prefix
    page = f"CloudFormation console > {name} > Events"
    if status in _WHOLE:
        return ok(f"{name} is {status}, {_outputs(said).get('EndpointURL', '')}".rstrip(", "))
    if status in _BACK:
        return note(f"{name} is {status}: its last change failed", page)
    if status.endswith("_IN_PROGRESS"):
        return note(f"{name} is {status}", "wait for its end")
    return missing(f"{name} is {status}", f"{page}, then make deploy STAGE={config.stage}")


def peppers(config: Config, account: Account) -> Iterator[Finding]:
    """Whether there is something to seal codes with; it is not read."""
    name = config.peppers_parameter
    wanted = [{"Key": "Name", "Option": "Equals", "Values": [name]}]
    said = items("ssm", "describe_parameters", "Parameters", ParameterFilters=wanted)
    if not said:
        yield missing(f"no parameter {name}", f"{_OPERATE} {config.stage} rotate-pepper")
    elif said[0]["Type"] != "SecureString":
        yield note(f"{name} is a {said[0]['Type']}", f"{_OPERATE} {config.stage} rotate-pepper")
    else:
        yield ok(f"{name} is a SecureString")


def apps(config: Config, account: Account) -> Iterator[Finding]:
    """Whether anybody can call."""
    table = f"{config.table_prefix}-apps"
    try:
        said = ask("dynamodb", "scan", TableName=table, Limit=1, Select="COUNT")
    except Absent:
        yield missing(f"no table {table}", f"make deploy STAGE={config.stage}")
        return
    if said["Count"]:
        yield ok("there is one, or more")
    else:
        yield missing("none", f'{_OPERATE} {config.stage} create-app "My Shop"')


def alarms(config: Config, account: Account) -> Iterator[Finding]:
    """Whether anybody hears an alarm."""
    topic = f"arn:{account.partition}:sns:{account.region}:{account.id}"
    topic += f":{config.table_prefix}-alarms"
    try:
        said = items("sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=topic)
    except Absent:
        yield missing(f"no topic {topic}", f"make deploy STAGE={config.stage}")
        return
    # What is not confirmed has a word in place of an ARN.
    confirmed = [one for one in said if one["SubscriptionArn"].startswith("arn:")]
    if confirmed:
        yield ok(f"{len(confirmed)} subscribed")
    elif said:
        yield note("nobody is told: no subscription is confirmed", "the mail AWS sent: Confirm")
    else:
        parameter = "PARAMETERS='AlarmEmail=YOU@EXAMPLE.COM'"
        yield note("nobody is told", f"make deploy STAGE={config.stage} {parameter}")


def unheard(config: Config, account: Account) -> Iterator[Finding]:
    """Whether something lies where what could not be heard is kept."""
    name = f"{config.table_prefix}-unheard"
    try:
        url = ask("sqs", "get_queue_url", QueueName=name)["QueueUrl"]
    except Absent:
        yield missing(f"no queue {name}", f"make deploy STAGE={config.stage}")
        return
    count = "ApproximateNumberOfMessages"
    said = ask("sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=[count])
    waiting = int(said["Attributes"][count])
    if waiting:
        yield note(f"{waiting} wait in {name}", f"SQS console > {name}, within 14 days")
    else:
        yield ok("nothing waits")


def delivery_log(config: Config, account: Account) -> Iterator[Finding]:
    """Whether the stack reads what SNS writes of its texts."""
    hears = _outputs(_described(config)).get("DeliveryLogArn", "")
    group = f"sns/{account.region}/{account.id}/DirectPublishToPhoneNumber"
    said = items("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=group)
    if not said:
        yield note(
            f"no log group {group} yet",
            "it comes with the first text after delivery status logging is on (SNS preferences)",
        )
    for name in (one["logGroupName"] for one in said):
        operation, key = "describe_subscription_filters", "subscriptionFilters"
        filters = items("logs", operation, key, logGroupName=name)
        heard = {one["destinationArn"] for one in filters}
        if hears in heard:
            yield ok(f"{name} is read")
        else:
            command = f"aws logs put-subscription-filter --log-group-name {name}"
            command += f" --filter-name {config.table_prefix} --filter-pattern ''"
            yield note(f"{name} is not read", f"{command} --destination-arn {hears}")


_CHECKS: dict[str, Check] = {
    "peppers": peppers,
    "apps": apps,
    "alarms": alarms,
    "unheard": unheard,
}
