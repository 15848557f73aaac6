"""This is where it is learnt, from a line, that a code came back, or that it did not in time."""

from dataclasses import dataclass, replace
from datetime import datetime

from ..domain.challenges import Challenge, Codebook, Purpose
from ..domain.lines import Line
from ..domain.openings import guessed, opened
from ..domain.phones import PhoneNumber
from ..domain.records import Record, Status
from . import ports
from .delivery import Delivery


@dataclass(eq=False, repr=False)
class Openings:
    """Tells the delivery what became of the codes it delivered.

    Nobody who hands in a code waits for this: the line itself is what says that it opened, and
    its change stream says it again until it was heard.
    """

    apps: ports.Apps
    lines: ports.Lines
    records: ports.Records
    secrets: ports.Secrets
    delivery: Delivery

    def line_changed(self, app: str, phone: PhoneNumber, before: Line, after: Line) -> None:
        """Verify the record of every code that this change of a line opened."""
        for purpose, challenge in guessed(before, after).items():
            codebook = self.codebook(app, phone, challenge, at=after.failed_at)
            if challenge.record and opened(before, after, purpose, codebook):
                assert after.failed_at, "a guess was counted at some time"  # noqa: S101
                self.delivery.verified(app, challenge.record, after.failed_at)

    def expired(self, app: str, id: str, *, now: datetime) -> None:
        """Tell the carrier of message *id* that its code was not handed in, if that is sure.

        It is not if the same digits went out again, or others since: then nothing is said, and
        a carrier that hears nothing for long enough takes it for a no.
        """
        record = self.records.find(id)
        if record is None or record.app != app or record.status is Status.VERIFIED:
            return
        line = self.lines.find(app, record.to)
        for purpose, challenge in line.challenges.items():
            over = challenge.record == (record.first or id) and challenge.expires_at <= now
            if over and not self._opened(record, purpose, challenge):
                self.delivery.tell(record, received=False)

    def _opened(self, record: Record, purpose: Purpose, challenge: Challenge) -> bool:
        codebook = self.codebook(record.app, record.to, challenge, at=record.at)
        return codebook.opened(purpose, challenge)

    def codebook(
        self, app: str, phone: PhoneNumber, challenge: Challenge, *, at: datetime | None
    ) -> Codebook:
        """What opened the challenges of a phone *at* a moment, this one for sure."""
        known = self.apps.find(app)
        fixed = known.settings.fixed_code(phone, at or challenge.expires_at) if known else None
        codebook = Codebook(self.secrets.keyring(), app, phone, fixed)
        if codebook.keyring.knows(challenge.nonce):
            return codebook
        return replace(codebook, keyring=self.secrets.keyring(knowing=challenge.nonce))
