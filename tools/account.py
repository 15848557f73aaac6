"""The AWS account and region that a command is for, as the usual places say."""

import os
from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import aws
from chalicelib.config import settle_region


class Failed(Exception):
    """The command ends here; the message says why, and is meant to be read."""


@dataclass(frozen=True)
class Account:
    """One account in one region; *endpoint* is an emulator's address, or empty."""

    id: str
    region: str
    partition: str
    endpoint: str

    @classmethod
    def current(cls) -> "Account":
        """Whom the environment's credentials belong to; raises Failed."""
        settle_region()
        region = aws.session().get_config_variable("region")
        if not region:
            raise Failed("no region: set AWS_REGION, or `aws configure`")
        try:
            who = client("sts").get_caller_identity()
        except (BotoCoreError, ClientError) as fault:
            raise Failed(f"AWS does not know you: {fault}; see `aws configure`") from fault
        endpoint = os.environ.get("AWS_ENDPOINT_URL", "").rstrip("/")
        return cls(who["Account"], region, who["Arn"].split(":")[1], endpoint)

    def __str__(self) -> str:
        return f"account {self.id} in {self.region}"


@cache
def client(service: str) -> Any:
    """A client of *service* that is patient: no throttling ends a deployment."""
    patient = Config(retries={"mode": "standard", "total_max_attempts": 8})
    return aws.session().create_client(service, config=patient)
