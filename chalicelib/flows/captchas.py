"""This is where a captcha is offered, read, and redeemed for one send: ours or a service's."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..domain.apps import App
from ..domain.captchas import (
    HEIGHT,
    SIZE,
    TTL,
    VALID_FOR,
    WIDTH,
    Captcha,
    Service,
    ValidateToken,
    Widget,
    wellformed,
)
from ..domain.codes import random_token
from ..domain.errors import (
    MissingValidateToken,
    NotAllowed,
    NotFound,
    OutOfService,
    WrongCaptcha,
)
from . import ports
from .addresses import Addresses
from .clock import clock
from .defence_ports import Humans


@dataclass(eq=False, repr=False)
class Captchas:
    """Pictures that raise the price of a send for machines, or a service that tells them apart."""

    captchas: ports.Captchas
    secrets: ports.Secrets
    easel: ports.Easel
    humans: Humans
    addresses: Addresses

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
    ) -> Captcha | Widget:
        """A new picture, its measures brought into range; *size* and *ttl* are the master key's.

        Pixels, characters and seconds.  If another service is chosen, its widget.
        Raises NotAllowed when captchas are switched off.
        """
        if not app.settings.captcha_enabled and not master:
            raise NotAllowed("captcha_enabled is off")
        widget = _widget(app)
        if widget:
            return widget
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

    def verify(
        self,
        app: App,
        token: str,
        reading: str,
        *,
        address: str = "",
        master: bool = False,
        now: datetime,
    ) -> ValidateToken:
        """The proof that *reading* is right; one answer a picture.  Raises WrongCaptcha.

        If another service is chosen, and *token* is empty or its name, *reading* is a token of
        its widget, given to the client at *address*.  Raises OutOfService if that service says
        nothing, and TooFrequent if it is asked too often.
        """
        widget = _widget(app)
        if widget and token in ("", widget.service):
            doubt = self._doubt(app, widget, reading, address=address, master=master, now=now)
            if doubt:
                raise WrongCaptcha(doubt)
            return self._proven(app, now=now)
        if not wellformed(token):
            raise WrongCaptcha("malformed")
        proof = ValidateToken(token, random_token())
        captcha = self.captchas.answer(app.id, token, proof=proof.seal(app.id), now=now)
        captcha.judge(self.secrets.keyring(knowing=captcha.nonce), reading)
        return proof

    @contextmanager
    def redeemed(
        self, app: App, text: str, *, id: str, master: bool, now: datetime, address: str = ""
    ) -> Iterator[None]:
        """Spend the validate token *text* on what happens within; a failure gives it back.

        Raises MissingValidateToken for one that is not good, required or not, and for none
        where one is required; the master key needs none.  If another service is chosen, *text*
        may be a token of its widget, given to the client at *address*: asking uses that up, and
        no failure gives it back.  Raises OutOfService if the service says nothing, and
        TooFrequent if it is asked too often.
        """
        if not text:
            if app.settings.captcha_required and not master:
                raise MissingValidateToken("required")
            yield
            return
        widget = _widget(app)
        if widget and not ValidateToken.formed(text):
            doubt = self._doubt(app, widget, text, address=address, master=master, now=now)
            if doubt:
                raise MissingValidateToken(doubt)
            yield
            return
        token = ValidateToken.parse(text)
        self.captchas.redeem(app.id, token, proof=token.seal(app.id), id=id, now=now)
        try:
            yield
        except Exception:
            self.captchas.give_back(app.id, token, id=id)
            raise

    def _doubt(
        self, app: App, widget: Widget, token: str, *, address: str, master: bool, now: datetime
    ) -> str:
        """What is against a token of *widget*; empty if nothing is."""
        if not widget.takes(token):
            return "malformed"
        settings = app.settings
        if not settings.captcha_secret:
            raise OutOfService("captcha_secret is empty")
        # Whoever makes tokens up would let us ask without end.
        self.addresses.offering(app, address, master=master, now=now)
        # The master key is held by a server, which is not where the widget was drawn.
        client = "" if master else address
        said = self.humans(widget, token, secret=settings.captcha_secret, address=client)
        return said.doubt(settings.captcha_score)

    def _proven(self, app: App, *, now: datetime) -> ValidateToken:
        """A validate token as of a picture that was drawn, and read at once."""
        captcha = Captcha.draw(
            self.secrets.keyring(),
            app.id,
            width=WIDTH.default,
            height=HEIGHT.default,
            size=SIZE.most,
            expires_at=now + VALID_FOR,
        )
        proof = ValidateToken(captcha.token, random_token())
        self.captchas.put(captcha)
        self.captchas.answer(app.id, captcha.token, proof=proof.seal(app.id), now=now)
        return proof


def _widget(app: App) -> Widget | None:
    """What a client of *app* draws, if it is no picture."""
    service = app.settings.captcha_service
    return None if service is Service.PICTURE else Widget(service, app.settings.captcha_site_key)
