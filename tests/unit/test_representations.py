"""What an object shows of itself may end up in a log: never a secret."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.api.call import Call
from chalicelib.domain.apps import App, Credentials
from chalicelib.domain.captchas import Captcha, ValidateToken
from chalicelib.domain.challenges import Challenge, Codebook, Purpose
from chalicelib.domain.codes import Keyring
from chalicelib.domain.costs import Cost
from chalicelib.domain.lines import Issued, Line, Order
from chalicelib.domain.messages import Channel, Kind, Message, Rejected
from chalicelib.domain.phones import PhoneNumber
from chalicelib.domain.records import Record
from chalicelib.domain.reviews import State
from chalicelib.domain.searches import Search
from chalicelib.domain.settings import Settings
from chalicelib.domain.signatures import Signature
from chalicelib.domain.wordings import Wording
from chalicelib.flows.notices import Notice
from chalicelib.flows.sends import SendRequest
from chalicelib.flows.wordings import Words
from chalicelib.store.changes import LineChange
from chalicelib.store.tables import AppRow, CaptchaRow, LineRow, RecordRow

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
APP = App(
    "an-app-of-ours", "Shop", (SECRET,), (SECRET,), Settings(test_numbers={PHONE.e164: SECRET})
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
    ],
    ids=lambda object: type(object).__name__,
)
def test_no_object_shows_a_secret(object: object) -> None:
    assert SECRET not in repr(object)
    assert PHONE.e164 not in repr(object)
