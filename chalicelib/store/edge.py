"""This is where DynamoDB's faults become our words, and where a call is tried again."""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.constants import KEY
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from ..domain.errors import Busy, Conflict, OutOfService, Refusal

#: An item as DynamoDB says it: {"name": {"S": "text"}}.
Item = Mapping[str, Mapping[str, Any]]

#: DynamoDB's words for "not now".
_THROTTLED = frozenset(
    {
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)

_TRIES = 4
#: Full jitter below 50, 100 and 200 ms.
_FIRST_WAIT = 0.05
#: Seconds after which nothing is tried again: the function lives fourteen.
_PATIENCE = 2.5


class Refused(Exception):
    """The condition of a write did not hold; *item* is what stands.

    Of a transaction *places* says which of its writes it was, from 0, and there is no item.
    """

    def __init__(self, item: Item, places: Sequence[int] = ()) -> None:
        super().__init__("condition")
        self.item = item
        self.places = places


class Contended(Exception):
    """A transaction met another one on the same item, and nothing of it was done."""


def update(
    table: type[Model],
    key: str,
    actions: Sequence[Action],
    condition: Condition | None,
    *,
    range: str | None = None,
) -> Item:
    """Change one item and return it as it was before; empty when there was none.

    The write may be tried again after a lost reply, so *condition* must be one that does not
    hold a second time.  Raises Refused, Busy or OutOfService.
    """
    connection = table._get_connection()
    asked = connection.get_operation_kwargs(
        key,
        range,
        key=KEY,
        actions=actions,
        condition=condition,
        return_values_on_condition_failure="ALL_OLD",
    )
    before: Item = call(table, "UpdateItem", {**asked, "ReturnValues": "ALL_OLD"}).get(
        "Attributes", {}
    )
    return before


def put(row: Model, condition: Condition | None = None) -> None:
    """Write one whole item; raises Refused, Busy or OutOfService."""
    asked = row.get_save_kwargs_from_instance(
        condition, return_values_on_condition_failure="ALL_OLD"
    )
    call(type(row), "PutItem", asked)


def keep(row: Model, condition: Condition, *, stands: Callable[[Item], bool]) -> None:
    """Write one whole item, of which *stands* says whether it is there already.

    Raises Conflict when another stands in its place, Busy or OutOfService.
    """
    try:
        put(row, condition)
    except Refused as refused:
        # Else our first try stood, and its reply was lost.
        if not refused.item or not stands(refused.item):
            raise Conflict from None


def delete(
    table: type[Model], key: str, range: str | None = None, condition: Condition | None = None
) -> None:
    """Delete one item; raises Refused, Busy or OutOfService."""
    asked = table._get_connection().get_operation_kwargs(
        key,
        range,
        key=KEY,
        condition=condition,
        return_values_on_condition_failure="ALL_OLD",
    )
    call(table, "DeleteItem", asked)


def get(table: type[Model], key: str, range: str | None = None) -> Item | None:
    """One item as it stands at this moment; raises Busy or OutOfService."""
    asked = table._get_connection().get_operation_kwargs(key, range, key=KEY, consistent_read=True)
    return call(table, "GetItem", asked).get("Item")


def query(
    table: type[Model], key: str, *, first: str = "", last: str = "~", most: int = 0
) -> Iterator[Item]:
    """Every item of one hash key, by range key, between two of these if they are given.

    With *most*, so many at the most.  Raises Busy or OutOfService.
    """
    ((name, value),) = key_of(table, key).items()
    asked: dict[str, Any] = {
        "KeyConditionExpression": "#key = :key",
        "ExpressionAttributeNames": {"#key": name},
        "ExpressionAttributeValues": {":key": value},
        "ConsistentRead": True,
        **({"Limit": most} if most else {}),
    }
    if first:
        asked["KeyConditionExpression"] += " AND #range BETWEEN :first AND :last"
        asked["ExpressionAttributeNames"]["#range"] = table._range_key_attribute().attr_name
        asked["ExpressionAttributeValues"] |= {":first": {"S": first}, ":last": {"S": last}}
    found = (item for page in pages(table, "Query", asked) for item in page["Items"])
    return islice(found, most or None)


def scan(table: type[Model]) -> Iterator[Item]:
    """Every item of a small table; raises Busy or OutOfService."""
    return (item for page in pages(table, "Scan", {}) for item in page["Items"])


def pages(
    table: type[Model], operation: str, asked: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    """The answers of a Query or Scan, page after page; raises Busy or OutOfService."""
    asked = {"TableName": table.Meta.table_name, **asked}
    while True:
        page = call(table, operation, asked)
        yield page
        if not page.get("LastEvaluatedKey"):
            return
        asked = {**asked, "ExclusiveStartKey": page["LastEvaluatedKey"]}


def get_many(table: type[Model], keys: Iterable[str], *, bare: bool = False) -> dict[str, Item]:
    """The items there are of *keys*, each as it stands when it is read, one after the other.

    *bare* ones have their keys alone.  Raises Busy or OutOfService.
    """
    name, found = table.Meta.table_name, {}
    one: dict[str, Any] = {"Keys": [key_of(table, key) for key in keys], "ConsistentRead": True}
    if bare:
        attribute = table._hash_key_attribute().attr_name
        one |= {"ProjectionExpression": "#key", "ExpressionAttributeNames": {"#key": attribute}}
    asked: dict[str, Any] = {name: one}
    for attempt in range(_TRIES):
        answer = call(table, "BatchGetItem", {"RequestItems": asked})
        found.update(by_key(table, answer["Responses"].get(name, ())))
        asked = answer.get("UnprocessedKeys", {})
        if not asked:
            return found
        pause(attempt)
    raise Busy("UnprocessedKeys", retry_after=timedelta(seconds=1))


def key_of(table: type[Model], key: str) -> Item:
    """*key* as DynamoDB is told it."""
    named: Item = table._get_connection().get_operation_kwargs(key, key=KEY)[KEY]
    return named


def by_key(table: type[Model], items: Iterable[Item]) -> dict[str, Item]:
    """*items* by what stands in their key."""
    name = table._hash_key_attribute().attr_name
    return {item[name]["S"]: item for item in items}


def pause(attempt: int) -> None:
    """Wait before the try that comes after *attempt*, the first of which is 0."""
    time.sleep(random.uniform(0, _FIRST_WAIT * 2 ** min(attempt, _TRIES - 2)))  # noqa: S311  jitter


def call(table: type[Model], operation: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The answer, tried again while DynamoDB is busy or out of reach; never a guess at one."""
    begun = time.monotonic()
    dispatch = table._get_connection().connection.dispatch
    for attempt in range(_TRIES):
        try:
            return dispatch(operation, dict(asked))
        except (ClientError, BotoCoreError) as fault:
            refusal = _refusal(fault)
            if attempt + 1 == _TRIES or time.monotonic() - begun > _PATIENCE:
                raise refusal from fault
        pause(attempt)
    raise AssertionError("the last try returns or raises")


def _refusal(fault: ClientError | BotoCoreError) -> Refusal:
    """What to answer if *fault* stays; raises what trying again cannot cure."""
    if isinstance(fault, BotoCoreError):
        return OutOfService(type(fault).__name__)
    code = fault.response["Error"].get("Code", "")
    if code == "ConditionalCheckFailedException":
        raise Refused(_origin(fault).get("Item", {})) from fault
    if code == "TransactionCanceledException":
        return _cancelled(fault)
    if code in _THROTTLED:
        return Busy(code, retry_after=timedelta(seconds=1))
    status = _origin(fault).get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    if code == "ValidationException":
        raise fault  # our own mistake
    if status < 500:
        raise OutOfService(code) from fault  # no table, no permission, no credentials
    return OutOfService(code)


def _cancelled(fault: ClientError) -> Refusal:
    """As `_refusal`, of a transaction, which has a reason for each of its writes."""
    reasons = [reason.get("Code") for reason in _origin(fault).get("CancellationReasons", ())]
    codes = set(reasons)
    if "ConditionalCheckFailed" in codes:
        places = [at for at, code in enumerate(reasons) if code == "ConditionalCheckFailed"]
        raise Refused({}, places) from fault
    if "TransactionConflict" in codes:
        raise Contended from fault
    if codes & {"ThrottlingError", "ProvisionedThroughputExceeded"}:
        return Busy("throttled transaction", retry_after=timedelta(seconds=1))
    if "ValidationError" in codes:
        raise fault  # our own mistake
    raise OutOfService(f"cancelled: {sorted(map(str, codes))}") from fault


def _origin(fault: ClientError) -> Any:
    """What DynamoDB answered: pynamodb raises an error of its own from the one that holds it."""
    cause = fault.__cause__
    return cause.response if isinstance(cause, ClientError) else fault.response
