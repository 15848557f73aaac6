"""This is where DynamoDB's faults become our words, and where a call is tried again."""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.constants import KEY
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from ..domain.errors import Busy, OutOfService, Refusal

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
#: Seconds after which nothing is tried again: the function lives ten.
_PATIENCE = 2.5


class Refused(Exception):
    """The condition of a write did not hold; *item* is what stands."""

    def __init__(self, item: Item) -> None:
        super().__init__("condition")
        self.item = item


def update(
    table: type[Model], key: str, actions: Sequence[Action], condition: Condition | None
) -> Item:
    """Change one item and return it as it was before; empty when there was none.

    The write may be tried again after a lost reply, so *condition* must be one that does not
    hold a second time.  Raises Refused, Busy or OutOfService.
    """
    connection = table._get_connection()
    asked = connection.get_operation_kwargs(
        key,
        key=KEY,
        actions=actions,
        condition=condition,
        return_values_on_condition_failure="ALL_OLD",
    )
    before: Item = _call(table, "UpdateItem", {**asked, "ReturnValues": "ALL_OLD"}).get(
        "Attributes", {}
    )
    return before


def put(row: Model, condition: Condition | None = None) -> None:
    """Write one whole item; raises Refused, Busy or OutOfService."""
    asked = row.get_save_kwargs_from_instance(
        condition, return_values_on_condition_failure="ALL_OLD"
    )
    _call(type(row), "PutItem", asked)


def get(table: type[Model], key: str) -> Item | None:
    """One item as it stands at this moment; raises Busy or OutOfService."""
    asked = table._get_connection().get_operation_kwargs(key, key=KEY, consistent_read=True)
    return _call(table, "GetItem", asked).get("Item")


def scan(table: type[Model]) -> Iterator[Item]:
    """Every item of a small table; raises Busy or OutOfService."""
    asked: dict[str, Any] = {"TableName": table.Meta.table_name}
    while True:
        page = _call(table, "Scan", asked)
        yield from page["Items"]
        if not page.get("LastEvaluatedKey"):
            return
        asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _call(table: type[Model], operation: str, asked: dict[str, Any]) -> dict[str, Any]:
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
        time.sleep(random.uniform(0, _FIRST_WAIT * 2**attempt))  # noqa: S311  jitter
    raise AssertionError("the last try returns or raises")


def _refusal(fault: ClientError | BotoCoreError) -> Refusal:
    """What to answer if *fault* stays; raises what trying again cannot cure."""
    if isinstance(fault, BotoCoreError):
        return OutOfService(type(fault).__name__)
    code = fault.response["Error"].get("Code", "")
    if code == "ConditionalCheckFailedException":
        raise Refused(_origin(fault).get("Item", {})) from fault
    if code in _THROTTLED:
        return Busy(code, retry_after=timedelta(seconds=1))
    status = _origin(fault).get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    if code == "ValidationException":
        raise fault  # our own mistake
    if status < 500:
        raise OutOfService(code) from fault  # no table, no permission, no credentials
    return OutOfService(code)


def _origin(fault: ClientError) -> Any:
    """What DynamoDB answered: pynamodb raises an error of its own from the one that holds it."""
    cause = fault.__cause__
    return cause.response if isinstance(cause, ClientError) else fault.response
