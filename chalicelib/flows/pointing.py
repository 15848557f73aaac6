"""This is where a code alone is enough to find its phone, as some clients hand in nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ..domain.apps import App
from ..domain.challenges import Challenge, Codebook, Purpose
from ..domain.codes import random_token
from ..domain.errors import Busy
from ..domain.lines import Issued
from ..domain.phones import PhoneNumber
from . import ports

if TYPE_CHECKING:
    from .user_ports import Pointers  # with which all of the users come: a send does without

#: The codes that are handed in alone: LeanCloud's JavaScript SDK sends no number with them.
POINTED = frozenset({Purpose.VERIFY_PHONE, Purpose.RESET_PASSWORD})

#: One code in a million is open at another phone: so many draws and none that is free is a fault.
_DRAWS = 5


@dataclass(eq=False, repr=False)
class Pointing:
    """Lets each open code of these purposes be one phone's alone."""

    pointers: Pointers
    secrets: ports.Secrets

    def nonce(
        self, app: App, codebook: Codebook, purpose: Purpose, *, until: datetime, now: datetime
    ) -> str:
        """The nonce of a code to be sent, which is nobody else's *until* then."""
        for _ in range(_DRAWS):
            nonce = codebook.keyring.nonce()
            if purpose not in POINTED or not app.settings.code_only:
                return nonce
            challenge = Challenge(nonce, until, random_token())
            if self._set(codebook, purpose, challenge, now=now) or codebook.fixed:
                return nonce
        raise Busy("codes in great number")

    def follow(self, app: App, issued: Issued, drawn: str) -> None:
        """Let the pointer live on with a code that was sent again, and not drawn anew."""
        purpose, challenge = issued.order.purpose, issued.challenge
        if purpose in POINTED and challenge and challenge.nonce != drawn and app.settings.code_only:
            self._set(issued.codebook, purpose, challenge, now=issued.at)

    def phone(self, app: App, purpose: Purpose, code: str, *, now: datetime) -> PhoneNumber | None:
        """Whose open *code* this is."""
        return self.pointers.find(self.secrets.keyring(), app.id, purpose, code, now=now)

    def _set(
        self, codebook: Codebook, purpose: Purpose, challenge: Challenge, *, now: datetime
    ) -> bool:
        code = codebook.code(purpose, challenge)
        assert code, "a challenge is issued with a pepper at hand"  # noqa: S101
        return self.pointers.set(codebook, purpose, code, until=challenge.expires_at, now=now)
