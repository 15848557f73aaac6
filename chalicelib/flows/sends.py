"""This is where a message is sent: a code, a notice, marketing; all by one road."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ..domain import marketing
from ..domain.apps import App
from ..domain.challenges import Codebook, Purpose
from ..domain.codes import random_token
from ..domain.costs import Cost
from ..domain.errors import OutOfService
from ..domain.lines import Issued, Order
from ..domain.messages import Kind, Message
from ..domain.quotas import Quota
from ..domain.wordings import DUMMY, Wording
from . import ports
from .addresses import Addresses
from .billing import Billing
from .captchas import Captchas
from .clock import clock
from .defence import Defence
from .delivery import Delivery
from .pointing import Pointing
from .send_hooks import SendHooks
from .wordings import Wordings, Words

#: The function lives fourteen seconds and carriers may take eight of them to answer: a send begun
#: later than this could die in the middle, or before its record is filed.
SEND_WITHIN = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class SendRequest:
    """What a client asks for when it asks for a message; *master* says that it holds that key.

    *ttl* is the life of the code, should the message carry one, and *purpose* what it is good
    for.  *mute* lets everything happen but the message itself; *unlimited* spends no limit.
    *address* is where the client is.
    """

    words: Words
    ttl: timedelta
    master: bool
    validate_token: str = field(default="", repr=False)
    purpose: Purpose = Purpose.OPERATION
    mute: bool = False
    unlimited: bool = False
    address: str = ""


@dataclass(eq=False, repr=False)
class Sends:
    """Sends messages, each at most once.

    *send_within* is how late after its request a send may begin.
    """

    lines: ports.Lines
    records: ports.Records
    secrets: ports.Secrets
    captchas: Captchas
    wordings: Wordings
    billing: Billing
    delivery: Delivery
    pointing: Pointing
    addresses: Addresses
    defence: Defence
    hooks: SendHooks
    send_within: timedelta = SEND_WITHIN

    def send(
        self, app: App, request: SendRequest, *, now: datetime, until: datetime | None = None
    ) -> None:
        """Send one message to a phone.

        What can be refused for free is refused before anything is spent, and what is spent is
        spent before anything leaves the house.  *now* is when the request came; *until* when
        it is too late to begin, if not `send_within` of that.
        """
        wording, draft = self.judged(app, request, now=now)
        self.delivery.ready(draft)
        until = until or now + self.send_within
        in_time(until)
        if not request.master:
            draft = self.defence.judged(app, draft, request.address, now=now)
        if draft.test:
            self.delivery.log("test_number", app=app.id, record=draft.id, phone=draft.to.masked)
        spared = request.master or draft.test or draft.decision.safe
        with self.addresses.sending(app, request.address, spared=spared, now=now):
            if not request.master:
                request = self._weighed(app, request, draft, now=now)
            self._redeem_and_send(app, request, draft, wording, now=now, until=until)

    def _weighed(
        self, app: App, request: SendRequest, draft: Message, *, now: datetime
    ) -> SendRequest:
        """*request* as it is to go on: what is held back silently goes the same way, but out."""
        token, filing = bool(request.validate_token), not request.mute
        silent = self.defence.holds_back(app, draft, token=token, filing=filing, now=now)
        return replace(request, mute=True) if silent else request

    def _redeem_and_send(
        self,
        app: App,
        request: SendRequest,
        draft: Message,
        wording: Wording,
        *,
        now: datetime,
        until: datetime,
    ) -> None:
        with (
            self.captchas.redeemed(
                app,
                request.validate_token,
                id=draft.id,
                address=request.address,
                master=request.master,
                now=now,
            ),
            self.hooks.watching(app, draft, now=now),
        ):
            # AWS bills each number: nobody is looked up for who is over a limit or shows no token.
            filing = not request.mute
            if not request.master and self.defence.bars_line(app, draft, filing=filing, now=now):
                request = replace(request, mute=True)
            self._send(app, request, draft, wording, now=now, until=until)

    def judged(self, app: App, request: SendRequest, *, now: datetime) -> tuple[Wording, Message]:
        """What is asked for, with a code that opens nothing; raises what bars it from the first."""
        if request.purpose is Purpose.OPERATION:  # the users' own codes go on without it
            app.settings.admit(master=request.master)
        app.settings.reach(request.words.to, request.words.channel, request.purpose, now=now)
        wording = self.wordings.choose(app, request.words)
        draft = self.draft(app, request, self.hooks.awaiting(app, wording), now=now)
        if wording.kind is Kind.MARKETING:
            marketing.admit(draft.to, app.settings.marketing_hours, now=now)
        return wording, draft

    @staticmethod
    def draft(app: App, request: SendRequest, wording: Wording, *, now: datetime) -> Message:
        """The message with a code that opens nothing; raises RenderFailed."""
        words, code = request.words, wording.kind is Kind.VERIFICATION
        return Message(
            id=random_token(),
            app=app.id,
            to=words.to,
            text=wording.text(DUMMY, ttl=request.ttl, channel=words.channel),
            channel=words.channel,
            wording=wording,
            code=DUMMY if code else "",
            expires_at=now + request.ttl if code else None,
            test=app.settings.fixed_code(words.to, now) is not None,
            route=app.settings.routes.to(words.to.region, words.channel),
        )

    def _send(
        self,
        app: App,
        request: SendRequest,
        draft: Message,
        wording: Wording,
        *,
        now: datetime,
        until: datetime,
    ) -> None:
        fixed = app.settings.fixed_code(draft.to, now)
        codebook = Codebook(self.secrets.keyring(), app.id, draft.to, fixed)
        order = self._order(app, request, draft, codebook, now=now)
        # Of what is not sent nothing is filed, and it spends its limits all the same.
        filed = (lambda id: True) if request.mute else self.records.filed
        in_time(until)
        issued = self.lines.issue(codebook, order, now=now, filed=filed)
        try:
            draft = self.hooks.before(app, draft, wording, order.purpose, now=now)
            self.pointing.follow(app, issued, order.nonce)
            message = self._with_code(draft, issued, now)
            if request.mute:
                return
            cost = Cost.of(message, app.settings)
            in_time(until)
            with self.billing.paid(app, cost, id=draft.id, now=now):
                in_time(until)
                kept_for = app.settings.records_kept_for
                self.delivery.dispatch(message, cost=cost, now=now, kept_for=kept_for)
        except Exception:  # whatever it was, nothing went out: see `Delivery.dispatch`
            self.lines.give_back(issued)
            raise

    @staticmethod
    def _with_code(draft: Message, issued: Issued, now: datetime) -> Message:
        """*draft* with the code in it, if there is one.

        A resend may carry a code that lives longer than was asked for: the text says so.
        """
        if issued.challenge is None:
            return draft
        expires_at, code = issued.challenge.expires_at, issued.code
        text = draft.wording.text(code, ttl=expires_at - now, channel=draft.channel)
        return replace(draft, text=text, code=code, expires_at=expires_at)

    def _order(
        self, app: App, request: SendRequest, draft: Message, codebook: Codebook, *, now: datetime
    ) -> Order:
        quotas: tuple[Quota, ...] = ()
        if not request.unlimited:
            quotas = app.settings.limits.quotas(
                kind=draft.wording.kind,
                channel=draft.channel,
                signature=draft.wording.signature.text,
            )
        if not draft.code:
            return Order(draft.id, quotas)
        purpose, until = request.purpose, now + request.ttl
        nonce = self.pointing.nonce(app, codebook, purpose, until=until, now=now)
        return Order(draft.id, quotas, purpose, request.ttl, nonce)


def in_time(until: datetime) -> None:
    """Raises OutOfService when it is too late for a send, before more is spent in vain."""
    if clock() > until:
        raise OutOfService("too late to begin a send")
