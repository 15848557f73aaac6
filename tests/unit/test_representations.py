"""What an object shows of itself may end up in a log: never a secret."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.api.call import Call
from chalicelib.domain.apps import App, Credentials
from chalicelib.domain.captchas import Captcha, ValidateToken
from chalicelib.domain.challenges import Challenge, Codebook, Proof, Purpose
from chalicelib.domain.claims import Claim
from chalicelib.domain.claims import Kind as ClaimKind
from chalicelib.domain.codes import Keyring
from chalicelib.domain.costs import Cost
from chalicelib.domain.lines import Issued, Line, Order
from chalicelib.domain.messages import Channel, Kind, Message, Rejected
from chalicelib.domain.phones import PhoneNumber
from chalicelib.domain.records import Record
from chalicelib.domain.reviews import State
from chalicelib.domain.searches import Search
from chalicelib.domain.sessions import Session
from chalicelib.domain.settings import Settings
from chalicelib.domain.signatures import Signature
from chalicelib.domain.test_numbers import FixedCode
from chalicelib.domain.users import Change, User
from chalicelib.domain.wordings import Wording
from chalicelib.flows.notices import Notice
from chalicelib.flows.people import Caller, SignedIn
from chalicelib.flows.proofs import Handed
from chalicelib.flows.sends import SendRequest
from chalicelib.flows.wordings import Words
from chalicelib.store.changes import LineChange
from chalicelib.store.tables import AppRow, CaptchaRow, LineRow, RecordRow
from chalicelib.store.user_tables import ClaimRow, PointerRow, TryRow, UserRow

SECRET = "135791-hidden"
NOW = datetime(2026, 11, 21, tzinfo=UTC)
PHONE = PhoneNumber("+8618612345678")
RING = Keyring((SECRET.encode(),))
CHALLENGE = Challenge(SECRET, NOW, "1", (SECRET,))
BOOK = Codebook(RING, "an-app-of-ours", PHONE, SECRET)
ORDER = Order("1", (), Purpose.OPERATION, timedelta(minutes=1), SECRET)
LINE = Line(challenges={Purpose.OPERATION: CHALLENGE})
SIGNATURE = Signature("1", "shop", "Shop", State.APPROVED, NOW)
WORDING = Wording(Kind.NOTICE, SIGNATURE, "{{a}}", "Shop", {"a": SECRET})
MESSAGE = Message("1", "an-app-of-ours", PHONE, SECRET, Channel.SMS, WORDING, SECRET, NOW)
WORDS = Words(PHONE, variables={"a": SECRET})
TESTED = Settings(test_numbers={PHONE.e164: FixedCode(SECRET)})
APP = App("an-app-of-ours", "Shop", (SECRET,), (SECRET,), TESTED)

SESSION = Session((SECRET,), SECRET, SECRET)
#: Whoever signs up by a number is named after it, and proves nothing by that.
USER = User(
    "an-app-of-ours",
    "a-user",
    NOW,
    NOW,
    username=PHONE.e164,
    phone=PHONE,
    phone_said=PHONE.e164,
    email=SECRET,
    password=SECRET,
    session=SESSION,
    auth={"weixin": {"uid": SECRET}},
    fields={"a": SECRET},
)


@pytest.mark.parametrize(
    "object",
    [
        RING,
        CHALLENGE,
        BOOK,
        ORDER,
        LINE,
        Issued(ORDER, BOOK, LINE, LINE, NOW),
        MESSAGE,
        Rejected("opted out", sender="sns"),
        APP,
        Credentials("an-app-of-ours", SECRET, SECRET, SECRET),
        Captcha("an-app-of-ours", SECRET, SECRET, 85, 30, 4, NOW),
        ValidateToken(SECRET, SECRET),
        WORDING,
        WORDS,
        Notice("a", "b", {"a": SECRET}),
        Record.of(MESSAGE, cost=Cost(1, Decimal(0)), at=NOW),
        Search("an-app-of-ours", phone=PHONE),
        LineChange("an-app-of-ours", PHONE, LINE, LINE),
        SendRequest(WORDS, timedelta(1), False, validate_token=SECRET),
        Call(APP, False, NOW, {"validate_token": SECRET, "mobilePhoneNumber": PHONE.e164}),
        AppRow(id="1", keys=[SECRET], master_keys=[SECRET]),
        LineRow(key=f"1#{PHONE.e164}", writer=SECRET),
        CaptchaRow(key=f"1#{SECRET}", nonce=SECRET, proof=SECRET),
        RecordRow(id="1", phone=PHONE.e164, text=SECRET),
        SESSION,
        USER,
        Change(USER, USER),
        SignedIn(USER, SECRET),
        Caller(USER, False, SECRET),
        Handed(SECRET, PHONE, USER, "203.0.113.7"),
        Proof(BOOK, Purpose.LOGIN, CHALLENGE, "seen", "1"),
        Claim(ClaimKind.PHONE, PHONE.e164),
        USER.claims,
        UserRow(key="1#1", phone=PHONE.e164, password=SECRET),
        ClaimRow(key=f"1#phone#{PHONE.e164}", user="1"),
        TryRow(key=SECRET),
        PointerRow(key=SECRET, phone=PHONE.e164),
    ],
    ids=lambda object: type(object).__name__,
)
def test_no_object_shows_a_secret(object: object) -> None:
    assert SECRET not in repr(object)
    assert PHONE.e164 not in repr(object)
