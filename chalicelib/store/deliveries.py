"""This is where deliveries to hooks are kept: `app#lane`, by their place in it.

A lane is one item collection, so that its stream tells of it in order, and to one listener at a
time.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from ..domain.codes import random_token
from ..domain.errors import Conflict
from ..domain.events import EventType
from ..domain.hook_deliveries import DeliveryState, HookDelivery
from ..domain.phones import PhoneNumber
from . import edge
from .hook_tables import DeliveryRow
from .indexes import END, shard_key, shard_keys, standing_of
from .journal import lives

#: Where in a lane the claim of whoever runs it stands: before every place.
_CLAIM = "!"


class DynamoDeliveries:
    """Deliveries as items."""

    def put(self, delivery: HookDelivery) -> bool:
        row = _row(delivery)
        try:
            edge.put(row, DeliveryRow.key.does_not_exist())
        except edge.Refused as refused:
            return _writer(refused.item) == row.writer  # else another try told the same
        return True

    def find(self, app: str, id: str) -> HookDelivery | None:
        lane, place = HookDelivery.parts(id)
        item = edge.get(DeliveryRow, _key(app, lane), place) if lane else None
        return delivery_of(item) if item else None

    def open(self, app: str, lane: str) -> Iterator[HookDelivery]:
        for item in edge.query(DeliveryRow, _key(app, lane), first="0", last=END):
            delivery = delivery_of(item)
            if delivery.state.open:
                yield delivery

    def change(self, before: HookDelivery, after: HookDelivery) -> None:
        row = _row(replace(after, version=before.version + 1))
        try:
            edge.put(row, DeliveryRow.version == before.version)
        except edge.Refused as refused:
            if _writer(refused.item) != row.writer:  # else our first try stood
                raise Conflict from None

    def claim(self, app: str, lane: str, *, until: datetime, now: datetime) -> bool:
        writer = random_token()
        actions = [
            DeliveryRow.claimed_until.set(until),
            DeliveryRow.writer.set(writer),
            DeliveryRow.purge_at.set(until + timedelta(days=1)),
        ]
        free = DeliveryRow.claimed_until.does_not_exist() | (DeliveryRow.claimed_until <= now)
        try:
            edge.update(DeliveryRow, _key(app, lane), actions, free, range=_CLAIM)
        except edge.Refused as refused:
            return _writer(refused.item) == writer  # else our first try stood
        return True

    def let_go(self, app: str, lane: str) -> None:
        edge.delete(DeliveryRow, _key(app, lane), _CLAIM)

    def wake(self, app: str, id: str) -> None:
        while True:
            delivery = self.find(app, id)
            if delivery is None or not delivery.state.open:
                return
            try:
                self.change(delivery, delivery.due())
            except Conflict:
                continue
            return

    def of(
        self, app: str, state: DeliveryState, *, before: str, most: int, now: datetime
    ) -> tuple[Sequence[HookDelivery], str]:
        parts = [_standings(shard, state, before, most) for shard in shard_keys(app)]
        found = list(islice(heapq.merge(*parts, reverse=True), most))
        kept = (edge.get(DeliveryRow, key, place) for _, key, place in found)
        shown = [delivery_of(item) for item in kept if item and lives(item, now)]
        # An index may be a moment behind.
        shown = [one for one in shown if one.state is state]
        return shown, found[-1][0] if len(found) == most else ""


def delivery_of(item: edge.Item) -> HookDelivery:
    """The delivery that *item* says."""
    row = DeliveryRow.from_raw_data(dict(item))
    app, _, lane = row.key.rpartition("#")
    return HookDelivery(
        app,
        lane,
        row.place,
        row.hook,
        EventType(row.type),
        row.event,
        PhoneNumber(row.phone) if row.phone else None,
        row.at,
        row.body,
        row.since,
        DeliveryState(row.state),
        int(row.tries),
        int(row.refusals),
        row.due_at,
        row.tried_at,
        row.word or "",
        int(row.version),
        row.ended_at,
    )


def _row(delivery: HookDelivery) -> DeliveryRow:
    return DeliveryRow(
        key=_key(delivery.app, delivery.lane),
        place=delivery.place,
        hook=delivery.hook,
        type=delivery.type.value,
        event=delivery.event,
        phone=delivery.phone.e164 if delivery.phone else None,
        at=delivery.at,
        body=delivery.body,
        since=delivery.since,
        state=delivery.state.value,
        tries=delivery.tries,
        refusals=delivery.refusals,
        due_at=delivery.due_at,
        tried_at=delivery.tried_at,
        word=delivery.word or None,
        version=delivery.version,
        writer=random_token(),
        ended_at=delivery.ended_at,
        purge_at=(delivery.ended_at or delivery.since) + delivery.kept_for,
        app_shard=shard_key(delivery.app, delivery.event),
        standing=standing_of(delivery),
    )


def _key(app: str, lane: str) -> str:
    return f"{app}#{lane}"


def _writer(item: edge.Item) -> str:
    return str(item.get("writer", {}).get("S", ""))


def _standings(
    shard: str, state: DeliveryState, before: str, most: int
) -> Iterator[tuple[str, str, str]]:
    """What stands in *state* in one shard, latest first: with the key and place of each."""
    first = f"{state}."
    asked = {
        "IndexName": DeliveryRow.by_standing.Meta.index_name,
        "KeyConditionExpression": "app_shard = :shard AND standing BETWEEN :first AND :last",
        "ExpressionAttributeValues": {
            ":shard": {"S": shard},
            ":first": {"S": first},
            # Just below: a place has no two neighbours so near.
            ":last": {"S": f"{before[:-1]}{chr(ord(before[-1]) - 1)}" if before else first + END},
        },
        "ScanIndexForward": False,
        "Limit": most,
    }
    for page in edge.pages(DeliveryRow, "Query", asked):
        for item in page["Items"]:
            yield item["standing"]["S"], item["key"]["S"], item["place"]["S"]
