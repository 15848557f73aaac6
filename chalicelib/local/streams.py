"""This is where the change stream of a table is read at the desk, as Lambda reads it."""

import json
import os
from collections.abc import Iterable
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from .. import aws
from ..store.row import Row

Entry = dict[str, Any]
Event = dict[str, Any]


def event(entries: Iterable[Entry]) -> Event:
    """A batch of *entries*."""
    return {"Records": list(entries)}


def told(table: type[Row], after: int = 0) -> list[Entry]:
    """Everything but the first *after* so far, in the order of each item."""
    if address := os.environ.get("AWS_ENDPOINT_URL_DYNAMODB"):
        return _named(table, _of_dynamodb_local(table.Meta.table_name, address)[after:])
    # Not by moto's API, whose address for streams it does not answer itself.
    backend = dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-east-1"]
    shard = backend.get_table(table.Meta.table_name).stream_shard
    entries = [item.to_json() for item in shard.items[after:]] if shard else []
    copied: list[Entry] = json.loads(json.dumps(entries, default=str))
    return _named(table, copied)


def _named(table: type[Row], entries: list[Entry]) -> list[Entry]:
    """*entries* that say whose they are, as Lambda is told it."""
    arn = f"arn:aws:dynamodb:us-east-1:000000000000:table/{table.Meta.table_name}/stream/desk"
    return [{**entry, "eventSourceARN": arn} for entry in entries]


def _of_dynamodb_local(name: str, address: str) -> list[Entry]:
    streams: Any = aws.session().create_client("dynamodbstreams", endpoint_url=address)
    [stream] = streams.list_streams(TableName=name)["Streams"]
    arn = stream["StreamArn"]
    entries: list[Entry] = []
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        asked = {"StreamArn": arn, "ShardId": shard["ShardId"]}
        place = streams.get_shard_iterator(**asked, ShardIteratorType="TRIM_HORIZON")
        page = streams.get_records(ShardIterator=place["ShardIterator"])
        while page["Records"]:
            entries += page["Records"]
            if not (following := page.get("NextShardIterator")):  # the shard is closed
                break
            page = streams.get_records(ShardIterator=following)
    return entries
