"""This is where what could not be heard is put aside: the queue that holds what failed for good."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .queues import Queue

#: Bytes that SQS takes with room; of what is longer the images are left out.
_LONGEST = 200_000


@dataclass(eq=False, repr=False)
class SqsAside:
    """What could not be heard, as messages of *queue*."""

    queue: Queue

    def put(self, told: Mapping[str, Any]) -> None:
        """Put an entry of a stream aside; raises OutOfService."""
        said = json.dumps(told, default=str)
        if len(said) > _LONGEST:
            entry = told["dynamodb"]
            bare = {name: entry[name] for name in entry if not name.endswith("Image")}
            said = json.dumps({**told, "dynamodb": bare}, default=str)
        self.queue.send(said)
