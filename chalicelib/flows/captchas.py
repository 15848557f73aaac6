"""This is where a captcha is offered, read, and redeemed for one send."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..domain.apps import App
from ..domain.captchas import (
    HEIGHT,
    SIZE,
    TTL,
    WIDTH,
    Captcha,
    ValidateToken,
    wellformed,
)
from ..domain.codes import random_token
from ..domain.errors import MissingValidateToken, NotAllowed, NotFound, WrongCaptcha
from . import ports
from .clock import clock


@dataclass(eq=False, repr=False)
class Captchas:
    """Pictures that raise the price of a send for machines."""

    captchas: ports.Captchas
    secrets: ports.Secrets
    easel: ports.Easel

    def offer(
        self,
        app: App,
        *,
        width: float | None,
        height: float | None,
        size: float | None,
        ttl: float | None,
        master: bool,
        now: datetime,
    ) -> Captcha:
        """A new picture, its measures brought into range; *size* and *ttl* are the master key's.

        Pixels, characters and seconds.  Raises NotAllowed when captchas are switched off.
        """
        if not app.settings.captcha_enabled and not master:
            raise NotAllowed("captcha_enabled is off")
        captcha = Captcha.draw(
            self.secrets.keyring(),
            app.id,
            width=WIDTH.clamp(width),
            height=HEIGHT.clamp(height),
            size=SIZE.clamp(size if master else None),
            expires_at=now + timedelta(seconds=TTL.clamp(ttl if master else None)),
        )
        self.captchas.put(captcha)
        return captcha

    def picture(self, app_id: str, token: str) -> bytes:
        """The PNG of a captcha; raises NotFound for one unknown, answered or expired."""
        captcha = None
        if App.named(app_id) and wellformed(token):
            captcha = self.captchas.find(app_id, token)
        if captcha is None or clock() >= captcha.expires_at:
            raise NotFound("no such captcha")
        keyring = self.secrets.keyring(knowing=captcha.nonce)
        answer, ink = captcha.answer(keyring), captcha.ink(keyring)
        if answer is None or ink is None:
            raise NotFound("the captcha's pepper is retired")
        return self.easel(answer, width=captcha.width, height=captcha.height, seed=ink)

    def verify(self, app: App, token: str, reading: str, *, now: datetime) -> ValidateToken:
        """The proof that *reading* is right; one answer a picture.  Raises WrongCaptcha."""
        if not wellformed(token):
            raise WrongCaptcha("malformed")
        proof = ValidateToken(token, random_token())
        captcha = self.captchas.answer(app.id, token, proof=proof.seal(app.id), now=now)
        captcha.judge(self.secrets.keyring(knowing=captcha.nonce), reading)
        return proof

    @contextmanager
    def redeemed(
        self, app: App, text: str, *, id: str, master: bool, now: datetime
    ) -> Iterator[None]:
        """Spend the validate token *text* on what happens within; a failure gives it back.

        Raises MissingValidateToken for one that is not good, required or not, and for none
        where one is required; the master key needs none.
        """
        if not text:
            if app.settings.captcha_required and not master:
                raise MissingValidateToken("required")
            yield
            return
        token = ValidateToken.parse(text)
        self.captchas.redeem(app.id, token, proof=token.seal(app.id), id=id, now=now)
        try:
            yield
        except Exception:
            self.captchas.give_back(app.id, token, id=id)
            raise
