"""This is where AWS is asked what kind of line a number is; it bills each answer."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from ..domain.line_types import LineType
from ..domain.messages import Unknown
from ..domain.phones import PhoneNumber
from .eum import client
from .reasons import FAULTS

_NAME = "carrier_lookup"
_HERE = "127.0.0.1"


@dataclass(eq=False, repr=False)
class CarrierLookup:
    """End User Messaging's carrier lookup, which asks once: the send behind it waits.

    Where nothing is *deployed* there is no AWS, and it is asked only if it is on this machine.
    """

    deployed: bool = True

    def __call__(self, phone: PhoneNumber) -> LineType | None:
        """What kind of line *phone* is; None if there is nobody to ask.

        Raises Unavailable, Rejected or Unknown, and nothing else.
        """
        with FAULTS.renamed(_NAME):
            if not (self.deployed or self._stands_in):
                return None
            answer = self._client.carrier_lookup(PhoneNumber=phone.e164)
        if not answer.get("PhoneNumberType"):
            raise Unknown("no line type", sender=_NAME)
        return LineType.read(answer["PhoneNumberType"])

    @property
    def _stands_in(self) -> bool:
        return bool(urlsplit(self._client.meta.endpoint_url).hostname == _HERE)

    @cached_property
    def _client(self) -> Any:
        return client()
