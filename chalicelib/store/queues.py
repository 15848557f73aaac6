"""This is where an SQS queue is written to."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from .. import aws
from ..domain.errors import OutOfService


@dataclass(eq=False, repr=False)
class Queue:
    """The queue *name*."""

    name: str

    def send(self, body: str, *, delay: int = 0) -> None:
        """Put *body* in, to arrive after *delay* seconds; raises OutOfService."""
        try:
            self._sqs.send_message(QueueUrl=self._url, MessageBody=body, DelaySeconds=delay)
        except (BotoCoreError, ClientError) as fault:
            raise OutOfService(type(fault).__name__) from fault

    @cached_property
    def _url(self) -> str:
        url: str = self._sqs.get_queue_url(QueueName=self.name)["QueueUrl"]
        return url

    @cached_property
    def _sqs(self) -> Any:
        return aws.client("sqs", connect=1, read=2)
