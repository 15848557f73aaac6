"""A code that did not arrive goes another way, once; and its carrier hears how it ended."""

from dataclasses import replace

import pytest

from chalicelib.domain.records import Status
from chalicelib.flows.clock import clock as time_now
from chalicelib.local.messaging import EndUserMessaging, Hitch
from chalicelib.local.pump import Pump, receive
from chalicelib.store.tables import RecordRow
from tests.conftest import Clock, Decisions, Desk, Opener
from tests.faults import refusal
from tests.wire import PHONE

ABROAD = "+12065550123"
EUM = {"SENDERS": "eum, sns", "EUM_ORIGINATION": "+12065550100"}


def rows() -> list[RecordRow]:
    """The records, in the order they were filed."""
    return sorted(RecordRow.scan(), key=lambda row: (row.at, bool(row.first)))


@pytest.fixture
def desk(open_desk: Opener, messaging: EndUserMessaging, clock: Clock) -> Desk:
    """One with two carriers, and a fallback after half a minute."""
    return open_desk("fallback_after=30 international_allowed=true", **EUM)


@pytest.fixture
def pump(desk: Desk) -> Pump:
    return Pump()


def told(messaging: EndUserMessaging, *words: str) -> None:
    """Hand over the receipts of the latest message that say one of *words*."""
    for event in messaging.receipts(messaging.messages[-1]):
        if event["detail"]["eventType"] in words:
            receive(event)


def test_a_code_of_which_nothing_is_heard_goes_by_the_next_sender_with_the_same_digits(
    desk: Desk, pump: Pump, clock: Clock
) -> None:
    desk.send(ABROAD)
    code = desk.code(ABROAD)
    pump.turn()
    clock.pass_(seconds=29)
    pump.turn()
    assert len(desk.letters(ABROAD)) == 1, "it is not due yet"

    clock.pass_(seconds=1)
    pump.turn()

    second, first = desk.letters(ABROAD)
    assert (first.sent.sender, second.sent.sender) == ("eum", "sns")
    assert second.message.text == first.message.text
    assert second.message.code == code
    one, two = rows()
    assert (one.second, two.first) == (two.id, one.id)
    assert desk.verify(code, ABROAD) == 0
    for _ in range(3):
        clock.pass_(minutes=1)
        pump.turn()
    assert len(desk.letters(ABROAD)) == 2, "once is enough"
    assert [row.status for row in rows()] == [Status.PENDING, Status.VERIFIED], "one brought it"


@pytest.mark.parametrize("end", ["delivered", "verified", "expired", "resent", "off"])
def test_a_code_that_needs_no_other_way_stays_as_it_is(
    desk: Desk, messaging: EndUserMessaging, pump: Pump, clock: Clock, end: str
) -> None:
    desk.send(ABROAD, ttl=1)
    pump.turn()
    if end == "delivered":
        told(messaging, "TEXT_DELIVERED")
    elif end == "verified":
        assert desk.verify(desk.code(ABROAD), ABROAD) == 0
    elif end == "expired":
        clock.pass_(minutes=1)
    elif end == "off":
        desk.console.set(fallback_after="")
    sent = 1
    if end == "resent":
        clock.pass_(seconds=29)
        desk.console.set(limit_number="", limit_signature="")
        desk.send(ABROAD)
        sent = 2
    clock.pass_(seconds=30 if end != "resent" else 1)

    pump.turn()

    assert len(desk.letters(ABROAD)) == (sent if end != "off" else 1)


def test_where_no_other_sender_is_a_call_is_made(
    open_desk: Opener, messaging: EndUserMessaging, clock: Clock
) -> None:
    desk = open_desk(
        "fallback_after=15 international_allowed=true",
        SENDERS="eum",
        EUM_VOICE_ORIGINATION="+12065550100",
    )
    pump = Pump()
    desk.send(ABROAD)
    pump.turn()
    clock.pass_(seconds=15)
    pump.turn()

    second, first = desk.letters(ABROAD)
    assert second.message.channel == "voice"
    assert second.message.code == first.message.code
    assert messaging.messages[-1].operation == "SendVoiceMessage"


def test_voice_comes_first_where_that_is_set(
    open_desk: Opener, messaging: EndUserMessaging, clock: Clock
) -> None:
    desk = open_desk(
        "fallback_after=15 fallback=voice international_allowed=true",
        EUM_VOICE_ORIGINATION="+12065550100",
        **EUM,
    )
    pump = Pump()
    desk.send(ABROAD)
    pump.turn()
    clock.pass_(seconds=15)
    pump.turn()

    assert [one.message.channel for one in desk.letters(ABROAD)] == ["voice", "sms"]


def test_a_second_way_that_is_refused_is_not_tried_again(
    desk: Desk, pump: Pump, clock: Clock, decisions: Decisions
) -> None:
    desk.send(ABROAD)
    pump.turn()
    desk.faults.always("sns.Publish", refusal("Throttled", xml=True))
    clock.pass_(seconds=30)
    pump.turn()
    desk.faults.mend()
    clock.pass_(minutes=1)
    pump.turn()

    assert len(desk.letters(ABROAD)) == 1
    assert len(decisions("fallback_failed")) == 1


def test_a_call_is_counted_like_any_other(
    open_desk: Opener, messaging: EndUserMessaging, clock: Clock, decisions: Decisions
) -> None:
    desk = open_desk(
        "fallback_after=15 fallback=voice limit_voice=1/1d international_allowed=true",
        EUM_VOICE_ORIGINATION="+12065550100",
        **EUM,
    )
    pump = Pump()
    for _ in range(2):
        assert desk.send(ABROAD) == 0
        pump.turn()
        clock.pass_(seconds=15)
        pump.turn()
        clock.pass_(minutes=31)

    assert [one.message.channel for one in desk.letters(ABROAD)] == ["sms", "voice", "sms"]
    assert [one["reason"] for one in decisions("fallback_failed")]
    desk.console.set(limit_number="", limit_signature="")
    assert desk.send(ABROAD, smsType="voice") == 601, "and a call that is asked for counts with it"


def test_what_cannot_be_charged_now_is_tried_again(
    desk: Desk, pump: Pump, clock: Clock, decisions: Decisions
) -> None:
    desk.console.set(daily_cap="10")
    desk.send(ABROAD)
    pump.turn()
    clock.pass_(seconds=30)
    desk.faults.always("dynamodb.TransactWriteItems", refusal("ThrottlingException"))
    desk.faults.always("dynamodb.UpdateItem", refusal("ThrottlingException"))
    pump.turn()
    desk.faults.mend()
    assert len(desk.letters(ABROAD)) == 1

    clock.pass_(minutes=4)
    pump.turn()

    assert len(desk.letters(ABROAD)) == 2
    assert len(decisions("fallback")) == 1


def test_a_text_with_other_asterisks_goes_as_a_call_or_not_at_all(
    open_desk: Opener, messaging: EndUserMessaging, clock: Clock
) -> None:
    desk = open_desk("fallback_after=15 international_allowed=true", **EUM)
    desk.console.template("stars", "****** {{code}}", "verification")
    pump = Pump()
    assert desk.send(ABROAD, template="stars") == 0
    pump.turn()
    clock.pass_(seconds=15)
    pump.turn()

    assert len(desk.letters(ABROAD)) == 1


@pytest.mark.parametrize(
    ("status", "sent", "heard"),
    [
        (Status.UNDELIVERED, 2, []),
        (Status.DELIVERED, 1, []),
        (Status.VERIFIED, 1, ["RECEIVED"]),
    ],
)
def test_what_is_heard_before_the_record_is_filed_counts(
    desk: Desk,
    messaging: EndUserMessaging,
    pump: Pump,
    clock: Clock,
    status: Status,
    sent: int,
    heard: list[str],
) -> None:
    desk.send(ABROAD)
    (row,) = rows()
    filed = desk.service.delivery.records.find(row.id)
    assert filed
    desk.console.set(fallback_after="")  # the pump is to find nothing of its own
    pump.turn()
    desk.console.set(fallback_after="30")
    row.update([RecordRow.status.set(status.value)])

    desk.service.timers.record_changed(None, replace(filed, status=status), now=time_now())
    clock.pass_(seconds=30)
    pump.turn()

    assert len(desk.letters(ABROAD)) == sent
    assert list(messaging.feedback.values()) == heard


def test_a_timer_that_cannot_be_set_now_is_set_later(desk: Desk, pump: Pump, clock: Clock) -> None:
    desk.send(ABROAD)
    desk.faults.always("sqs.SendMessage", refusal("InternalError", 500))
    pump.turn()
    desk.faults.mend()
    pump.turn()
    clock.pass_(seconds=30)
    pump.turn()

    assert len(desk.letters(ABROAD)) == 2


def test_a_timer_that_comes_twice_sends_once(desk: Desk, pump: Pump, clock: Clock) -> None:
    desk.send(ABROAD)
    pump.turn()
    clock.pass_(seconds=30)
    (row,) = rows()
    attempt = desk.service.timers.fallbacks.attempt
    for _ in range(3):
        attempt(row.app, row.id, now=time_now())

    assert len(desk.letters(ABROAD)) == 2


def test_a_carrier_hears_that_its_code_was_not_handed_in(
    desk: Desk, messaging: EndUserMessaging, pump: Pump, clock: Clock
) -> None:
    desk.console.set(fallback_after="")
    desk.send(ABROAD, ttl=30)
    pump.turn()
    for _ in range(3):
        clock.pass_(minutes=15)
        pump.turn()

    assert list(messaging.feedback.values()) == ["FAILED"]


def test_a_carrier_hears_that_its_code_was_handed_in(
    desk: Desk, messaging: EndUserMessaging, pump: Pump, clock: Clock
) -> None:
    desk.send(ABROAD)
    pump.turn()
    told(messaging, "TEXT_DELIVERED")
    assert desk.verify(desk.code(ABROAD), ABROAD) == 0
    pump.turn()

    assert list(messaging.feedback.values()) == ["RECEIVED"]
    clock.pass_(minutes=15)
    pump.turn()
    assert list(messaging.feedback.values()) == ["RECEIVED"]
    (row,) = rows()
    assert row.status == Status.VERIFIED


def test_a_lost_reply_is_one_text_and_the_truth_comes_by_its_receipt(
    desk: Desk, messaging: EndUserMessaging, pump: Pump, clock: Clock
) -> None:
    messaging.meet(Hitch(lost=True))

    assert desk.send(ABROAD) == 0

    (row,) = rows()
    assert (row.status, row.sender, row.message_id) == (Status.PENDING, "eum", None)
    assert len(messaging.messages) == 1
    told(messaging, "TEXT_DELIVERED")
    (row,) = rows()
    assert row.status == Status.DELIVERED
    assert row.message_id == messaging.messages[0].id


def test_test_numbers_go_no_other_way(desk: Desk, pump: Pump, clock: Clock) -> None:
    desk.send("+19490008888")
    pump.turn()
    clock.pass_(seconds=30)
    pump.turn()

    assert len(rows()) == 1


def test_routes_are_an_apps_own(desk: Desk) -> None:
    desk.console.set(routes="US=sns; CN=eum")
    desk.send(ABROAD)
    desk.send(PHONE)

    assert desk.letters(ABROAD)[0].sent.sender == "sns"
    assert desk.letters(PHONE)[0].sent.sender == "eum"
    version = desk.console.get("settings").json["version"]
    answer = desk.console.ask("PUT", "settings", version=version, settings={"routes": "US=nobody"})
    assert answer.json["field"] == "routes"


def test_when_nobody_took_it_the_client_hears_when_to_ask_again(desk: Desk) -> None:
    desk.faults.always("sns.Publish", refusal("Throttled", xml=True))
    desk.console.set(routes="*=sns")

    answer = desk.door.post("requestSmsCode", mobilePhoneNumber=PHONE)

    assert answer.code == 602
    assert int(answer.headers["Retry-After"]) >= 1
    desk.faults.mend()
    assert desk.send(PHONE) == 0, "no limit was spent"
