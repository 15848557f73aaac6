"""This is where the flows say what they ask of the outside world: all of it, on one page."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol, runtime_checkable

from ..domain.apps import App
from ..domain.captchas import Captcha, ValidateToken
from ..domain.challenges import Codebook, Purpose
from ..domain.codes import Keyring
from ..domain.counters import Heading, Tally
from ..domain.lines import Issued, Line, Order
from ..domain.messages import Message, Sent
from ..domain.phones import PhoneNumber
from ..domain.purses import Charge
from ..domain.receipts import Receipt
from ..domain.records import Record
from ..domain.searches import Page, Search
from ..domain.templates import Template
from ..domain.timers import Timer


class Apps(Protocol):
    """The apps of this deployment."""

    def find(self, id: str) -> App | None:
        """The app *id*, perhaps as it was half a minute ago."""

    def read(self, id: str) -> App | None:
        """The app *id* as it stands at this moment."""

    def change(self, before: App, after: App) -> App:
        """Keep what has changed, as a new version; raises Conflict when *before* does not stand."""


class Templates(Protocol):
    """The templates of all apps."""

    def find(self, app: str, name: str) -> Template | None:
        """A template, perhaps as it was half a minute ago."""

    def read(self, app: str, name: str) -> Template | None:
        """A template as it stands at this moment."""

    def of(self, app: str, *, after: str, most: int) -> Sequence[Template]:
        """Up to *most* of an app, by name, from behind the name *after*."""

    def create(self, template: Template) -> Template:
        """Keep a new one; raises Conflict when its name is taken."""

    def change(self, before: Template, after: Template) -> Template:
        """Keep what has changed, as a new version; raises Conflict when *before* does not stand."""

    def delete(self, template: Template) -> None:
        """Forget one; raises Conflict when it does not stand as given."""


class Secrets(Protocol):
    """The deployment's peppers."""

    def keyring(self, *, knowing: str = "") -> Keyring:
        """The ring as it stands; raises OutOfService when it cannot be read.

        It may be minutes old, but not if the nonce *knowing* is of a pepper newer than that.
        """


class Lines(Protocol):
    """What is known of each phone; every call is one conditional write on the common road."""

    def issue(
        self, codebook: Codebook, order: Order, *, now: datetime, filed: Callable[[str], bool]
    ) -> Issued:
        """Note the send and open its challenge, or raise TooFast or TooFrequent.

        *filed* tells whether a send's record exists: a limit is not spent by a send that died.
        """

    def give_back(self, issued: Issued) -> None:
        """Make it as if the order had never been; nothing happens if the line has moved on."""

    def attempt(
        self,
        codebook: Codebook,
        purpose: Purpose,
        guess: str,
        *,
        now: datetime,
        opening: bool = True,
        id: str = "",
    ) -> Line:
        """Count a guess of request *id*; the line as it was before.

        A right one opens the challenge, but if it is not *opening*: then it is to be redeemed.
        Raises InvalidCode if none is judged.
        """

    def find(self, app: str, phone: PhoneNumber) -> Line:
        """A line as it stands at this moment; an empty one if nothing is known of the phone."""


class Captchas(Protocol):
    """Pictures that are out, and the proofs that they were read."""

    def put(self, captcha: Captcha) -> None: ...

    def find(self, app: str, token: str) -> Captcha | None:
        """A picture nobody has answered yet."""

    def answer(self, app: str, token: str, *, proof: str, now: datetime) -> Captcha:
        """Spend the one answer a picture has, and keep *proof*; raises WrongCaptcha.

        Whether the answer is right is the caller's to say; if not, nobody learns the proof.
        """

    def redeem(self, app: str, token: ValidateToken, *, proof: str, id: str, now: datetime) -> None:
        """Spend a validate token whose seal is *proof*; raises MissingValidateToken."""

    def give_back(self, app: str, token: ValidateToken, *, id: str) -> None:
        """Make the token good again, if it was request *id* that spent it."""


class Records(Protocol):
    """What became of each message."""

    def put(self, record: Record, *, kept_for: timedelta) -> None:
        """File a record; what was heard of its message before stays."""

    def filed(self, id: str) -> bool:
        """Whether there is a record of request *id*, or a carrier's word on its message."""

    def find(self, id: str, *, now: datetime | None = None) -> Record | None:
        """The record of request *id* as it stands at this moment.

        With *now*, none that is past the time it is kept for.
        """

    def receive(self, receipt: Receipt) -> Record | None:
        """Do as `Record.received` says; the record as it was before, None if it is not filed.

        What is heard before that waits for it.  Raises NotFiled if the receipt does not name
        its record, and there is none of its message.
        """

    def verified(self, id: str, at: datetime) -> Record | None:
        """Do as `Record.verified` says; the record as it was before, None if it is not filed."""

    def claim(self, id: str, *, by: str) -> bool:
        """Let *by* be the second message of record *id*; False if it has one, or arrived."""

    def release(self, id: str, *, by: str) -> None:
        """Undo the claim of *by*, which has sent nothing."""

    def search(self, search: Search, *, before: str, limit: int, now: datetime) -> Page:
        """At most *limit* records after the place *before*, newest first.

        There may be fewer, and more to come: the page's *next* is what tells.
        """


class Timers(Protocol):
    """What is to be looked after later."""

    def set(self, timer: Timer, *, now: datetime) -> None:
        """Let *timer* come back when it is due, at least once; raises OutOfService.

        It may come early, if it is due later than the clock behind this reaches.
        """


class Counters(Protocol):
    """What became of each app's messages, in numbers."""

    def add(self, heading: Heading, tally: Tally, *, record: str, step: str, now: datetime) -> bool:
        """Count a *step* of a record; False if it was counted before."""

    def counted(self, *, record: str, step: str) -> bool:
        """Whether a *step* of a record was counted."""

    def read(self, app: str, first: date, last: date) -> Mapping[Heading, Tally]:
        """The counters of the days from *first* to *last*."""


class Purses(Protocol):
    """The money of each app: a balance paid in advance, and what may be spent in a day."""

    def charge(
        self,
        app: str,
        amount: Decimal,
        *,
        prepaid: bool,
        daily_cap: Decimal | None,
        alarm_below: Decimal | None,
        now: datetime,
    ) -> Charge:
        """Take *amount* from the balance if *prepaid*, and from what *daily_cap* leaves of the day.

        From both or neither: raises InsufficientBalance or SpendCapReached.  Of a balance that
        fell below *alarm_below* one charge, or one refusal, carries the alarm.
        """

    def give_back(self, charge: Charge) -> None:
        """Put back what *charge* took; once is the caller's to see to."""

    def top_up(self, app: str, amount: Decimal, *, id: str, alarm_below: Decimal | None) -> None:
        """Add *amount*, once for each *id*.

        Raises InsufficientBalance when it would fall below nothing, and ValueError for an id
        that was of another amount.
        """

    def balance(self, app: str) -> Decimal:
        """What is left of the money paid in advance."""

    def spent_on(self, app: str, at: datetime) -> Decimal:
        """What was spent under a cap on the day of *at*, UTC."""


class Taker(Protocol):
    """Who takes messages: one sender, or several that stand as one."""

    def carries(self, message: Message) -> bool:
        """Whether such a message would be taken now."""

    def send(self, message: Message) -> Sent:
        """Hand *message* over.  Raises Unavailable, Rejected or Unknown, and nothing else."""


class Sender(Taker, Protocol):
    """A way to reach phones: a carrier's gateway, or the inbox on the desk."""

    @property
    def name(self) -> str: ...

    @property
    def takes(self) -> timedelta:
        """How long one attempt takes at the most."""


@runtime_checkable
class Feedback(Protocol):
    """A carrier that likes to hear whether its messages arrived: it steers by it."""

    def feedback(self, message_id: str, *, received: bool) -> None:
        """Say whether the code of a message came back.

        Raises Unavailable, Rejected or Unknown, and nothing else: for the log, since nobody
        waits for it and the carrier does without.
        """


class Senders(Taker, Protocol):
    """Several senders that stand as one."""

    def rest(self, message: Message) -> timedelta:
        """How long all who carry *message* take nothing, after failures; zero as a rule."""

    def choose(self, message: Message) -> str | None:
        """The name of the sender that would be asked first; None when nobody would take it."""

    def others(self, message: Message, than: str) -> tuple[str, ...]:
        """The senders on the message's route but the one it came by, in their order."""


class Easel(Protocol):
    """Draws captchas."""

    def __call__(self, answer: str, *, width: int, height: int, seed: bytes) -> bytes:
        """A PNG of *answer*; one *seed*, one picture."""


class Crashed(Protocol):
    """The log of what should not happen: where it came from, and what it says."""

    def __call__(self, fault: BaseException, **facts: object) -> None: ...


class Log(Protocol):
    """One line per decision."""

    def __call__(self, event: str, **facts: object) -> None: ...
