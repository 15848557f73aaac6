"""Of botocore's models what the functions ask: reading them is a third of making a client."""

import gzip
import json
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

#: The services that are called, and what is asked of each: the other operations and the other
#: four hundred services are 20 MB of models.
OPERATIONS = {
    "dynamodb": (
        "BatchGetItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "Scan",
        "TransactGetItems",
        "TransactWriteItems",
        "UpdateItem",
    ),
    "events": ("PutEvents",),
    "lambda": ("Invoke",),
    "pinpoint-sms-voice-v2": (
        "CarrierLookup",
        "PutMessageFeedback",
        "SendNotifyTextMessage",
        "SendNotifyVoiceMessage",
        "SendTextMessage",
        "SendVoiceMessage",
    ),
    "sns": ("Publish",),
    "sqs": ("GetQueueUrl", "SendMessage"),
    "ssm": ("GetParameter",),
}

#: What makes a client, in a service's folder of botocore's; not paginators, waiters and examples.
_OF_A_CLIENT = ("service-2.json.gz", "endpoint-rule-set-1.json.gz")


def lighten(data: Path) -> None:
    """Leave in *data*, which is botocore's, what is read when a client is made and used."""
    prefixes = set()
    for service in [one for one in data.iterdir() if one.is_dir()]:
        if service.name not in OPERATIONS:
            shutil.rmtree(service)
            continue
        *older, newest = sorted(service.iterdir())
        for version in older:
            shutil.rmtree(version)
        for packed in list(newest.iterdir()):
            if packed.name in _OF_A_CLIENT:
                said = json.loads(gzip.decompress(packed.read_bytes()))
                if "operations" in said:
                    said = modelled(said, OPERATIONS[service.name])
                    prefixes.add(said["metadata"]["endpointPrefix"])
                packed.with_suffix("").write_text(json.dumps(said), "utf-8")
            packed.unlink()
    endpoints = json.loads((data / "endpoints.json").read_text("utf-8"))
    for partition in endpoints["partitions"]:
        known = partition["services"]
        partition["services"] = {one: known[one] for one in known if one in prefixes}
    (data / "endpoints.json").write_text(json.dumps(endpoints), "utf-8")


def modelled(model: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    """A service's *model* with the operations *names* alone, and the shapes they are made of."""
    operations = {name: model["operations"][name] for name in names}
    shapes: dict[str, Any] = {}
    wanted = list(_shapes(operations))
    while wanted:
        name = wanted.pop()
        if name not in shapes:
            shapes[name] = model["shapes"][name]
            wanted += _shapes(shapes[name])
    return dict(_undocumented({**model, "operations": operations, "shapes": shapes}))


def _shapes(said: Any) -> Iterator[str]:
    """The names of shapes that *said* mentions."""
    if isinstance(said, dict):
        for name, value in said.items():
            if name == "shape" and isinstance(value, str):
                yield value
            else:
                yield from _shapes(value)
    elif isinstance(said, list):
        for one in said:
            yield from _shapes(one)


def _undocumented(said: Any) -> Any:
    if isinstance(said, list):
        return [_undocumented(one) for one in said]
    if not isinstance(said, dict):
        return said
    # A string, or it is a member that happens to be called so.
    return {
        name: _undocumented(value)
        for name, value in said.items()
        if not (name == "documentation" and isinstance(value, str))
    }
