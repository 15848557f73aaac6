"""A send that is killed, or loses a reply, or times out, at each of its steps.

Whatever happens: no code is out that we do not know, no limit is spent without a record, and no
sender is given one message twice.
"""

from collections.abc import Callable

import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from chalicelib.local.messaging import EndUserMessaging
from chalicelib.store.tables import RecordRow
from tests.conftest import Clock, Desk, Opener
from tests.faults import Fault, Killed, killed, lost_reply, no_answer

PHONE = "+12065550123"

#: What a send asks of AWS, in this order.
STEPS = {
    "line": "dynamodb.UpdateItem",
    "money": "dynamodb.TransactWriteItems",
    "carrier": "pinpoint-sms-voice-v2.SendTextMessage",
    "record": "dynamodb.PutItem",
}
ENDS: dict[str, Callable[[], Fault]] = {
    "killed before": killed,
    "killed after": lambda: killed(after=True),
    "its reply is lost": lambda: lost_reply(ReadTimeoutError),
    "it times out": lambda: no_answer(ReadTimeoutError),
    "it cannot be reached": lambda: no_answer(ConnectTimeoutError),
}

#: All of them but one: moto knows no tokens, so tests/contract/test_purses.py has that.
CASES = [
    (step, end) for step in STEPS for end in ENDS if (step, end) != ("money", "its reply is lost")
]


@pytest.fixture
def desk(open_desk: Opener, messaging: EndUserMessaging, clock: Clock) -> Desk:
    settings = "international_allowed=true prepaid=true prices=US=0.05"
    desk = open_desk(settings, SENDERS="eum", EUM_ORIGINATION="+12065550100")
    desk.console.post("balance", amount=10)
    return desk


def asked(desk: Desk) -> int | None:
    """The number of the refusal, or None when nobody lived to answer."""
    try:
        return desk.send(PHONE)
    except Killed:
        return None


@pytest.mark.parametrize(("step", "end"), CASES)
def test_a_send_that_fails_at_any_step_leaves_everything_right(
    desk: Desk, messaging: EndUserMessaging, clock: Clock, step: str, end: str
) -> None:
    desk.faults.next(STEPS[step], ENDS[end]())

    answer = asked(desk)

    desk.faults.mend()
    texts = list(messaging.messages)
    filed = list(RecordRow.scan())
    assert len(texts) <= 1, "no sender is given a message twice"
    if answer == 0:
        assert filed, "what the client takes for sent has its record"
    if answer not in (0, None):
        assert not texts, "what is refused did not go out"
        assert desk.send(PHONE) == 0, "and spent no limit"
        return
    if texts:
        code = texts[0].asked["MessageBody"].split(" is ")[1][:6]
        assert desk.verify(code, PHONE) == 0, "every code that is out is known"
        assert desk.verify(code, PHONE) == 603
    clock.pass_(seconds=15)
    again = desk.send(PHONE)
    assert again == (601 if filed else 0), "a limit is spent by what has a record, and else not"
    assert len(messaging.messages) <= len(texts) + 1
