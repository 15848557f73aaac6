"""This is where the desk shows what was sent, and what a captcha says."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from chalice.app import Blueprint, Request, Response

from ..api.http import Answer, as_json, public
from ..domain.errors import NotFound
from ..domain.instants import iso
from ..domain.messages import Message, Sent
from ..domain.phones import PhoneNumber
from ..wiring import service
from .embedded import APP_ID

routes = Blueprint(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that went out."""

    message: Message
    sent: Sent
    at: datetime


@dataclass(frozen=True, slots=True)
class Tray:
    """The latest thousand letters, newest first."""

    letters: deque[Letter] = field(default_factory=lambda: deque(maxlen=1000))

    def receive(self, message: Message, sent: Sent, at: datetime) -> None:
        self.letters.appendleft(Letter(message, sent, at))

    def to(self, phone: PhoneNumber) -> Letter | None:
        """The latest letter to *phone*."""
        return next((letter for letter in list(self.letters) if letter.message.to == phone), None)


tray = Tray()


@public(routes, "GET", "/local/inbox")
def inbox(request: Request) -> Answer:
    """All that was sent, newest first."""
    letters = [
        {
            "to": letter.message.to.e164,
            "channel": letter.message.channel.value,
            "text": letter.message.text,
            "sender": letter.sent.sender,
            "at": iso(letter.at),
        }
        for letter in list(tray.letters)
    ]
    return as_json(letters)


@public(routes, "GET", "/local/inbox/{phone}")
def latest(request: Request, phone: str) -> Answer:
    """The last text sent to a phone."""
    app = service().directory.find(APP_ID)
    letter = tray.to(PhoneNumber.parse(phone, app.settings.home_region if app else "CN"))
    if letter is None:
        raise NotFound("nothing was sent to that number")
    return Response(letter.message.text, {"Content-Type": "text/plain; charset=utf-8"})


@public(routes, "GET", "/local/captcha/{captcha_token}")
def captcha_answer(request: Request, captcha_token: str) -> Answer:
    """What a captcha says."""
    captchas = service().captchas
    for app in service().directory.all():
        captcha = captchas.captchas.find(app.id, captcha_token)
        answer = captcha and captcha.answer(captchas.secrets.keyring())
        if answer:
            return Response(answer, {"Content-Type": "text/plain; charset=utf-8"})
    raise NotFound("no such captcha")
