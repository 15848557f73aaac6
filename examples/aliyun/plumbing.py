"""What every sender's function needs, whoever the supplier is; the same file in each example.

A record is claimed in a table of the function's own before anything is sent: a repeated one sends
nothing and is told what was answered.  A function that dies between the claim and the answer
leaves a claim without one, and its repetition hears "unknown", which counts as perhaps sent: one
message lost beats two delivered.
"""

import contextlib
import json
import logging
import os
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

Answer = dict[str, str]

#: Seconds the supplier is given.  Countersign waits five for the whole, with the table before it.
CONNECT, READ = 1, 3
#: Seconds after which the key is read anew, so that a rotated one is soon in use.
KEY_KEPT = 300
#: Seconds a record is remembered; Countersign asks again, if at all, within a minute.
RECORD_KEPT = 24 * 60 * 60

# At DEBUG the SDKs write down whole requests, with the number and the code.
logging.disable(logging.CRITICAL)


def answer(status: str, reason: str) -> Answer:
    """An answer of no success: declined, unavailable, rejected or unknown."""
    return {"status": status, "reason": reason}


def foreign(event: Mapping[str, Any]) -> str:
    """Why this function has no business with a message; empty when it has."""
    regions = os.environ["REGIONS"].replace(",", " ").split()
    if event["version"] != 1:
        return f"version {event['version']} of the event"
    if event["channel"] != "sms":
        return f"channel {event['channel']}"
    if regions and event["region"] not in regions:
        return f"region {event['region']}"
    return ""


def code_template(event: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """The template of a code that has none, and its values by name, in the order of CODE_TEMPLATE.

    Apps ask for most codes without a template; a supplier has to be given one all the same.
    """
    id, _, names = os.environ["CODE_TEMPLATE"].partition(":")
    if event["template"] or event["kind"] != "verification":
        return "", {}
    return id, {name: event["variables"][name] for name in names.split(",") if name}


def key() -> tuple[str, str]:
    """The supplier's key, its id and its secret, from the SecureString KEY_PARAMETER names."""
    name = os.environ["KEY_PARAMETER"]
    found = _aws("ssm").get_parameter(Name=name, WithDecryption=True)
    said = json.loads(found["Parameter"]["Value"])
    if not (said["id"] and said["secret"]):
        raise ValueError("half a key")
    return said["id"], said["secret"]


def judged(code: str, faults: Mapping[str, Mapping[str, str]]) -> Answer:
    """The answer to the supplier's error *code*, by its whole name or that of its family.

    The supplier's own message is left out: it may repeat the number or a value.
    """
    for name in (code, code.partition(".")[0]):
        for status, known in faults.items():
            if name in known:
                return answer(status, f"{code}: {known[name]}")
    return answer("unknown", code)


def once(record: str, send: Callable[[], Answer]) -> Answer:
    """What *send* answers; for a repeated *record* what it answered, and nothing is sent."""
    claim = {"record": {"S": record}, "expires": {"N": str(int(time.time()) + RECORD_KEPT)}}
    try:
        _aws("dynamodb").put_item(
            TableName=os.environ["TABLE"],
            Item=claim,
            ConditionExpression="attribute_not_exists(#record)",
            ExpressionAttributeNames={"#record": "record"},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except ClientError as fault:
        code = fault.response["Error"]["Code"]
        if code == "ConditionalCheckFailedException":
            said = fault.response.get("Item", {}).get("answer", {}).get("S")
            return json.loads(said) if said else answer("unknown", "claimed and never answered")
        return answer("unavailable", f"the table of records: {code}")
    except BotoCoreError as fault:
        return answer("unavailable", f"the table of records: {type(fault).__name__}")
    try:
        said = send()
    except Exception as fault:  # whatever it is: its text may hold the number and the code
        said = answer("unavailable" if _never_out(fault) else "unknown", type(fault).__name__)
    with contextlib.suppress(BotoCoreError, ClientError):  # it is true all the same
        _aws("dynamodb").update_item(
            TableName=os.environ["TABLE"],
            Key={"record": claim["record"]},
            UpdateExpression="SET answer = :answer",
            ExpressionAttributeValues={":answer": {"S": json.dumps(said)}},
        )
    return said


def log(event: Mapping[str, Any], said: Answer, began: float) -> None:
    """One line a message; Countersign's own record of that id has the rest."""
    line = {"record": event["record"], "region": event["region"], **said}
    print(json.dumps({**line, "ms": round((time.monotonic() - began) * 1000)}), flush=True)


def _never_out(fault: BaseException) -> bool:
    """Whether the connection never stood, so that nothing can have been sent."""
    never = (ConnectTimeoutError, NewConnectionError, ssl.SSLCertVerificationError)
    return any(isinstance(one, never) for one in _causes(fault))


def _causes(fault: BaseException | None) -> Iterator[BaseException]:
    while fault is not None:
        yield fault
        # Alibaba's SDK keeps the cause in an attribute of its own.
        inner = getattr(fault, "inner_exception", None)
        fault = inner or fault.__cause__ or fault.__context__


@cache
def _aws(service: str) -> Any:
    # One attempt: a second one would take the first one's claim for somebody else's.
    retries = {"total_max_attempts": 1}
    return boto3.client(service, config=Config(connect_timeout=1, read_timeout=1, retries=retries))
