"""This is where a team reacts to what happens: a function that Countersign tells of its events.

An event comes at least once, and perhaps twice: after a lost answer, or replayed by hand.  So its
id is claimed before anything is done, and marked when it is done.  A claim whose owner died is free
again before Lambda, which tries twice more, comes back to it.
"""

import json
import os
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

TABLE = os.environ["TABLE"]
#: Seconds after which whoever claimed an event has died: longer than this function lives, and
#: shorter than the minute after which Lambda tries again, which a claim would turn away.
CLAIMED_FOR = 30
#: Dead letters can be replayed for thirty days.
KEPT_FOR = 40 * 24 * 3600

_table = boto3.resource("dynamodb", config=Config(connect_timeout=2, read_timeout=3)).Table(TABLE)


class Claimed(Exception):
    """Another copy of this function is at it: to be tried again, should it die."""


def handler(event, context):
    """Do what *event* is for, once; what Lambda invokes."""
    if event["version"] != 1:  # better kept in the queue of failures than misread
        raise ValueError(f"version {event['version']} of the event")
    if not claim(event["event"]):
        return "done before"
    react(event)
    done(event["event"])
    return "done"


def react(event):
    """What the team wants to happen: here, a line in the log, and no number in it."""
    user = event["object"]
    if event["type"] == "sms":
        print(json.dumps({"verified": user["objectId"], "at": event["at"]}))
    elif event["type"] == "login_locked":
        print(json.dumps({"locked": user["user"], "at": event["at"]}))
    else:
        print(json.dumps({"happened": event["type"], "at": event["at"]}))


def claim(event):
    """Whether *event* is ours to do; raises Claimed while somebody else is at it."""
    now = int(time.time())
    try:
        _table.put_item(
            Item={"event": event, "until": now + CLAIMED_FOR, "expires": now + KEPT_FOR},
            ConditionExpression="attribute_not_exists(#event) OR #until < :now",
            ExpressionAttributeNames={"#event": "event", "#until": "until"},
            ExpressionAttributeValues={":now": now},
        )
    except ClientError as fault:
        if fault.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        kept = _table.get_item(Key={"event": event}, ConsistentRead=True).get("Item", {})
        if "until" in kept:
            raise Claimed(event) from None
        return False
    return True


def done(event):
    """Mark *event*: it is never done again."""
    _table.update_item(
        Key={"event": event},
        UpdateExpression="REMOVE #until",
        ExpressionAttributeNames={"#until": "until"},
    )
