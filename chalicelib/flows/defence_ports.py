"""This is where the flows say what the defence asks of the outside world."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from ..domain.abuse import Broken, Standing, Strain
from ..domain.captchas import Assessment, Widget
from ..domain.ledgers import Ledger
from ..domain.line_types import LineType
from ..domain.minutes import Minutes
from ..domain.phones import PhoneNumber
from ..domain.quotas import Quota


class Windows(Protocol):
    """How often each address did a thing lately."""

    def take(self, key: str, quota: Quota, *, now: datetime) -> None:
        """Count once more, or raise the refusal of *quota*: exact whatever comes in parallel."""

    def look(self, key: str, quota: Quota, *, now: datetime) -> None:
        """Raises the refusal of *quota* if there is no room; counts nothing."""

    def give_back(self, key: str, *, at: datetime) -> None:
        """Make it as if what was counted *at* a moment had not been."""


class Ledgers(Protocol):
    """What became of the codes of each region and address, and what follows from that."""

    def standing(self, app: str) -> Standing:
        """What is known against regions and addresses, perhaps as it was some seconds ago."""

    def sent(
        self, app: str, subject: str, at: datetime, *, extra: int, region: str = "", writer: str
    ) -> tuple[Ledger, Minutes]:
        """Note a code that was sent *at* a moment, once for each *writer*.

        *subject* is ``region BD`` or ``address 203.0.113.7``; of an address *region* is kept,
        too.  The ledger as it is then.
        """

    def weigh(self, app: str, subject: str, at: datetime, *, extra: int, writer: str) -> Ledger:
        """Hold *extra* against a subject, once for each *writer*."""

    def redeemed(
        self, app: str, subject: str, at: datetime, *, region: str = "", writer: str
    ) -> Ledger:
        """Note that a code which was sent *at* a moment came back, once for each *writer*.

        Of an address *region* is kept, too.
        """

    def beside(self, app: str, block: str, number: str, at: datetime) -> int:
        """Note *number* in its block; how many others were noted there within a day."""

    def begun(self, app: str, *, now: datetime) -> None:
        """Note when the first code of *app* was sent, if that is not noted."""

    def stand(self, app: str, strains: Mapping[str, Strain | None], *, now: datetime) -> None:
        """Let the standing say so of each subject; None takes it out."""

    def broke(self, app: str, region: str, broken: Broken, *, now: datetime) -> None:
        """Let the standing say that a region's conversion fell too low."""


class Lookups(Protocol):
    """What carriers said of numbers, to whichever app."""

    def find(self, phone: PhoneNumber, *, now: datetime) -> LineType | None:
        """What kind of line a number is; None if nobody asked within a month."""

    def keep(self, phone: PhoneNumber, line: LineType, *, now: datetime) -> None:
        """Note what kind of line a number is."""


class Humans(Protocol):
    """The services that tell people from machines."""

    def __call__(self, widget: Widget, token: str, *, secret: str, address: str) -> Assessment:
        """What the service of *widget* says of a token it gave the client at *address*, or "".

        Asking uses the token up.  Raises OutOfService when nothing is said of it.
        """
