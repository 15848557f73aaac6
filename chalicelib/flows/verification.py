"""This is where a code is sent, and where the one that comes back is checked."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ..domain.apps import App
from ..domain.challenges import Codebook, Purpose
from ..domain.codes import DIGITS, random_token, wellformed
from ..domain.errors import (
    InvalidCode,
    InvalidSignature,
    OutOfService,
    SendFailed,
    TemplateNotFound,
)
from ..domain.lines import Order
from ..domain.messages import Channel, Kind, Message
from ..domain.phones import PhoneNumber
from ..domain.wordings import Wording, clean
from . import ports
from .captchas import Captchas
from .clock import clock
from .delivery import Delivery

#: The function lives ten seconds and a carrier may take six of them to answer: a send begun
#: later than this could die in the middle, or before its record is filed.
SEND_WITHIN = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """What a client asks for when it asks for a code; *master* says that it holds that key."""

    phone: PhoneNumber
    channel: Channel
    ttl: timedelta
    master: bool
    name: str = ""
    op: str = ""
    signature: str = ""
    template: str = ""
    validate_token: str = field(default="", repr=False)


@dataclass(eq=False, repr=False)
class Verification:
    """Sends codes and checks them, exactly once.

    *send_within* is how late after its request a send may begin.
    """

    lines: ports.Lines
    records: ports.Records
    secrets: ports.Secrets
    captchas: Captchas
    delivery: Delivery
    log: ports.Log
    send_within: timedelta = SEND_WITHIN

    def request_code(self, app: App, request: CodeRequest, *, now: datetime) -> None:
        """Send a code to a phone.

        What can be refused for free is refused before anything is spent, and what is spent is
        spent before anything leaves the house.  *now* is when the request came.
        """
        app.settings.admit(master=request.master)
        app.settings.reach(request.phone, request.channel)
        wording = _wording(app, request)
        draft = self._draft(app, request, wording, now)
        self.delivery.ready(draft)
        id = random_token()
        with self.captchas.redeemed(
            app, request.validate_token, id=id, master=request.master, now=now
        ):
            self._send(app, request, wording, draft, id=id, now=now)

    def verify_code(
        self, app: App, phone: PhoneNumber, guess: str, *, master: bool, now: datetime
    ) -> None:
        """Check a code and spend it; raises InvalidCode."""
        app.settings.admit(master=master)
        if not wellformed(guess):
            raise InvalidCode("malformed")
        codebook = self._codebook(app, phone)
        purpose = Purpose.OPERATION
        before = self.lines.attempt(codebook, purpose, guess, now=now)
        challenge = before.challenges[purpose]
        if not codebook.keyring.knows(challenge.nonce):
            codebook = replace(codebook, keyring=self.secrets.keyring(knowing=challenge.nonce))
        if not codebook.opens(purpose, challenge, guess):
            spent = codebook.opened(purpose, challenge)
            raise InvalidCode("spent" if spent else "wrong")
        self.log("verified", app=app.id, phone=phone.masked, record=before.latest)

    def _send(
        self,
        app: App,
        request: CodeRequest,
        wording: Wording,
        draft: Message,
        *,
        id: str,
        now: datetime,
    ) -> None:
        codebook = self._codebook(app, request.phone)
        quotas = app.settings.limits.quotas(
            kind=Kind.VERIFICATION, channel=request.channel, signature=wording.signature
        )
        order = Order(id, Purpose.OPERATION, quotas, request.ttl, codebook.keyring.nonce())
        issued = self.lines.issue(codebook, order, now=now, filed=self.records.filed)
        expires_at = issued.challenge.expires_at
        # A resend may carry a code that lives longer than was asked for: the text says so.
        wording = replace(wording, ttl=expires_at - now)
        text = wording.text(issued.code, to=request.phone, channel=request.channel)
        message = replace(draft, text=text, code=issued.code, expires_at=expires_at)
        try:
            if clock() - now > self.send_within:
                raise OutOfService("too late to begin a send")
            self.delivery.dispatch(message, id=id, app=app.id, now=now)
        except (SendFailed, OutOfService):
            self.lines.give_back(issued)
            raise

    def _codebook(self, app: App, phone: PhoneNumber) -> Codebook:
        fixed = app.settings.test_numbers.get(phone.e164)
        return Codebook(self.secrets.keyring(), app.id, phone, fixed)

    @staticmethod
    def _draft(app: App, request: CodeRequest, wording: Wording, now: datetime) -> Message:
        return Message(
            to=request.phone,
            text=wording.draft(to=request.phone, channel=request.channel),
            channel=request.channel,
            code="0" * DIGITS,
            expires_at=now + request.ttl,
            test=request.phone.e164 in app.settings.test_numbers,
        )


def _wording(app: App, request: CodeRequest) -> Wording:
    if request.template:
        raise TemplateNotFound("no templates yet")
    if request.signature and request.signature != app.signature:
        raise InvalidSignature("unknown signature")
    return Wording(
        name=clean("name", request.name) or app.name,
        op=clean("op", request.op),
        signature=app.signature,
        ttl=request.ttl,
    )
