"""This is where a code that comes back is checked."""

from dataclasses import dataclass, replace
from datetime import datetime

from ..domain.apps import App
from ..domain.challenges import Codebook, Purpose
from ..domain.codes import wellformed
from ..domain.errors import InvalidCode
from ..domain.phones import PhoneNumber
from . import ports


@dataclass(eq=False, repr=False)
class Verification:
    """Checks codes, exactly once."""

    lines: ports.Lines
    secrets: ports.Secrets
    log: ports.Log

    def verify_code(
        self, app: App, phone: PhoneNumber, guess: str, *, master: bool, now: datetime
    ) -> None:
        """Check a code and spend it; raises InvalidCode."""
        app.settings.admit(master=master)
        if not wellformed(guess):
            raise InvalidCode("malformed")
        fixed = app.settings.test_numbers.get(phone.e164)
        codebook = Codebook(self.secrets.keyring(), app.id, phone, fixed)
        purpose = Purpose.OPERATION
        before = self.lines.attempt(codebook, purpose, guess, now=now)
        challenge = before.challenges[purpose]
        if not codebook.keyring.knows(challenge.nonce):
            codebook = replace(codebook, keyring=self.secrets.keyring(knowing=challenge.nonce))
        if not codebook.opens(purpose, challenge, guess):
            spent = codebook.opened(purpose, challenge)
            raise InvalidCode("spent" if spent else "wrong")
        self.log("verified", app=app.id, phone=phone.masked, record=challenge.record)
