"""A send, or its fallback, that is killed, or loses a reply, or times out, at each of its steps.

Whatever happens: no code is out that we do not know, no limit is spent without a record, and no
sender is given one message twice.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from chalicelib.domain.errors import Refusal
from chalicelib.flows.clock import clock as time_now
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
#: And what its fallback asks, by a call.
FALLBACK_STEPS = {
    "claim": "dynamodb.UpdateItem",
    "money": "dynamodb.TransactWriteItems",
    "carrier": "pinpoint-sms-voice-v2.SendVoiceMessage",
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
CASES, FALLBACK_CASES = (
    [(step, end) for step in steps for end in ENDS if (step, end) != ("money", "its reply is lost")]
    for steps in (STEPS, FALLBACK_STEPS)
)


@pytest.fixture
def desk(open_desk: Opener, messaging: EndUserMessaging, clock: Clock) -> Desk:
    settings = "international_allowed=true prepaid=true prices=US=0.05 fallback_after=30"
    origination = "+12065550100"
    desk = open_desk(
        settings,
        SENDERS="eum",
        EUM_ORIGINATION=origination,
        EUM_VOICE_ORIGINATION=origination,
    )
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


@pytest.mark.parametrize(("step", "end"), FALLBACK_CASES)
def test_a_fallback_that_fails_at_any_step_calls_once_at_the_most_and_with_the_code(
    desk: Desk, messaging: EndUserMessaging, clock: Clock, step: str, end: str
) -> None:
    assert desk.send(PHONE) == 0
    code = desk.code(PHONE)
    (first,) = RecordRow.scan()
    clock.pass_(seconds=30)
    attempt = partial(desk.service.timers.fallbacks.attempt, first.app, first.id)
    desk.faults.next(FALLBACK_STEPS[step], ENDS[end]())

    for _ in range(3):  # as the queue does while it is not told that all is done
        with suppress(Killed, Refusal):
            attempt(now=time_now())
            break
        desk.faults.mend()
    desk.faults.mend()
    attempt(now=time_now())

    calls = [one for one in messaging.messages if one.operation == "SendVoiceMessage"]
    assert len(calls) <= 1, "nobody is called twice"
    for call in calls:
        assert code in re.sub("<[^>]*>", "", call.asked["MessageBody"])
    seconds = [row for row in RecordRow.scan() if row.first]
    assert len(seconds) <= 1
    if not end.startswith("killed"):
        assert seconds, "what did not die has its record"
    assert desk.verify(code, PHONE) == 0, "the code stays good whatever became of its call"
