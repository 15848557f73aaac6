"""This is where a code that comes back is checked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ..domain.apps import App
from ..domain.challenges import Codebook, Proof, Purpose
from ..domain.codes import random_token, wellformed
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
        """Check a code of requestSmsCode and spend it; raises InvalidCode."""
        app.settings.admit(master=master)
        self.open(app, phone, guess, (Purpose.OPERATION,), now=now)

    def open(
        self,
        app: App,
        phone: PhoneNumber,
        guess: str,
        purposes: Sequence[Purpose],
        *,
        now: datetime,
    ) -> None:
        """Check a code for one of *purposes* and spend it; raises InvalidCode."""
        proof = self._judged(app, phone, guess, purposes, now=now, opening=True)
        self.log("verified", app=app.id, phone=phone.masked, record=proof.challenge.record)

    def prove(
        self,
        app: App,
        phone: PhoneNumber,
        guess: str,
        purposes: Sequence[Purpose],
        *,
        now: datetime,
    ) -> Proof:
        """Check a code that is to be spent together with what it is for; raises InvalidCode."""
        return self._judged(app, phone, guess, purposes, now=now, opening=False)

    def _judged(
        self,
        app: App,
        phone: PhoneNumber,
        guess: str,
        purposes: Sequence[Purpose],
        *,
        now: datetime,
        opening: bool,
    ) -> Proof:
        if not wellformed(guess):
            raise InvalidCode("malformed")
        fixed = app.settings.fixed_code(phone, now)
        codebook = Codebook(self.secrets.keyring(), app.id, phone, fixed)
        reason = ""
        for purpose in purposes:
            id = random_token()
            try:
                before = self.lines.attempt(
                    codebook, purpose, guess, now=now, opening=opening, id=id
                )
            except InvalidCode as refusal:
                reason = reason or refusal.reason
                continue
            challenge = before.challenges[purpose]
            knowing = codebook
            if not codebook.keyring.knows(challenge.nonce):
                keyring = self.secrets.keyring(knowing=challenge.nonce)
                knowing = replace(codebook, keyring=keyring)
            if knowing.opens(purpose, challenge, guess):
                return Proof(knowing, purpose, challenge, seen=id, id=id)
            reason = "spent" if knowing.opened(purpose, challenge) else "wrong"
        raise InvalidCode(reason)
