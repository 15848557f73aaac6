"""A supplier's function, which Lambda would run: it stands where Lambda would answer."""

import json
from dataclasses import dataclass, field
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import BotoCoreError
from moto.core.botocore_stubber import MockRawResponse

ACCEPTED = {"status": "accepted", "messageId": "supplier-1"}


@dataclass
class Supplier:
    """Takes every event and answers *answer*, or raises *fault* after it.

    With *failed*, Lambda says that the function came to grief.
    """

    answer: Any = field(default_factory=lambda: ACCEPTED)
    failed: bool = False
    fault: type[BotoCoreError] | None = None
    events: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, request: AWSPreparedRequest) -> AWSResponse:
        self.events.append(json.loads(request.body))
        if self.fault:
            raise self.fault(endpoint_url=request.url, error="injected")
        payload = self.answer if isinstance(self.answer, bytes) else json.dumps(self.answer)
        headers = {"X-Amz-Function-Error": "Unhandled"} if self.failed else {}
        return AWSResponse(request.url, 200, headers, MockRawResponse(payload))
