"""This is where what could not be heard is put aside: the queue that holds what failed for good."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .queues import Queue


@dataclass(eq=False, repr=False)
class SqsAside:
    """What could not be heard, as messages of *queue*."""

    queue: Queue

    def put(self, told: Mapping[str, Any]) -> None:
        """Put an entry of a stream aside, without what its item holds; raises OutOfService."""
        entry = told["dynamodb"]
        bare = {name: entry[name] for name in entry if not name.endswith("Image")}
        self.queue.send(json.dumps({**told, "dynamodb": bare}, default=str))
