"""This is where what could not be heard is put aside: the queue that holds what failed for good."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from .. import aws
from ..domain.errors import OutOfService

#: Bytes that SQS takes with room; of what is longer the images are left out.
_LONGEST = 200_000


@dataclass(eq=False, repr=False)
class SqsAside:
    """The queue *name*."""

    name: str

    def put(self, told: Mapping[str, Any]) -> None:
        """Put an entry of a stream aside; raises OutOfService."""
        said = json.dumps(told, default=str)
        if len(said) > _LONGEST:
            entry = told["dynamodb"]
            bare = {name: entry[name] for name in entry if not name.endswith("Image")}
            said = json.dumps({**told, "dynamodb": bare}, default=str)
        try:
            self._sqs.send_message(QueueUrl=self._url, MessageBody=said)
        except (BotoCoreError, ClientError) as fault:
            raise OutOfService(type(fault).__name__) from fault

    @cached_property
    def _url(self) -> str:
        url: str = self._sqs.get_queue_url(QueueName=self.name)["QueueUrl"]
        return url

    @cached_property
    def _sqs(self) -> Any:
        return aws.client("sqs", connect=1, read=2)
