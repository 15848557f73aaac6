"""Which senders are asked, in which order, and when to stop."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.messages import (
    Broken,
    Channel,
    Declined,
    Message,
    Rejected,
    SendError,
    Sent,
    Unavailable,
    Unknown,
)
from chalicelib.domain.routes import Routes
from tests.messages import MESSAGE, Double, routed


@pytest.mark.parametrize(
    ("first", "outcome", "asked"),
    [
        (None, "first", 0),
        (Unavailable("busy"), "second", 1),
        (Declined("not there"), "second", 1),
        (Rejected("opted out"), Rejected, 0),
        (Unknown("time-out"), Unknown, 0),
    ],
)
def test_only_what_is_unavailable_moves_on_to_the_next(
    first: SendError | None, outcome: Any, asked: int
) -> None:
    second = Double("second")
    router = routed(Double("first", first), second)

    if isinstance(outcome, str):
        assert router.send(MESSAGE).sender == outcome
    else:
        with pytest.raises(outcome):
            router.send(MESSAGE)
    assert second.sent == asked


def test_when_all_fail_the_reasons_are_told() -> None:
    router = routed(
        Double("a", Unavailable("busy", sender="a")),
        Double("b", carried=False),
        Double("c", Unavailable("down", sender="c")),
    )

    with pytest.raises(Unavailable, match="a: busy; c: down"):
        router.send(MESSAGE)
    with pytest.raises(Unavailable, match="no sender carries sms"):
        routed().send(MESSAGE)


@pytest.mark.parametrize(
    ("route", "asked"),
    [
        (None, ["a", "b", "c"]),
        (("c", "a"), ["c", "a"]),
        (("gone", "b"), ["b"]),
        ((), []),
    ],
)
def test_a_route_says_who_is_asked_and_in_which_order(
    route: tuple[str, ...] | None, asked: list[str]
) -> None:
    asks: list[str] = []

    @dataclass
    class Noted(Double):
        def send(self, message: Message) -> Sent:
            asks.append(self.name)
            return super().send(message)

    router = routed(*(Noted(name, Unavailable("busy")) for name in "abc"))
    message = replace(MESSAGE, route=route)

    assert router.choose(message) == (asked[0] if asked else None)
    with pytest.raises(Unavailable):
        router.send(message)
    assert asks == asked


def test_who_failed_often_in_the_last_minute_is_asked_last(now: list[float]) -> None:
    ailing, well = Double("a", Unavailable("busy")), Double("b")
    router = routed(ailing, well)
    for _ in range(3):
        assert router.send(MESSAGE).sender == "b"
    assert router.choose(MESSAGE) == "b"
    router.send(MESSAGE)
    assert ailing.sent == 3, "it is not even asked"

    now[0] += 61
    assert router.choose(MESSAGE) == "a"
    ailing.fault = None
    assert router.send(MESSAGE).sender == "a"


def test_what_works_now_and_then_is_asked_last_all_the_same(now: list[float]) -> None:
    shaky, well = Double("a"), Double("b")
    router = routed(shaky, well)
    for fault in (Unavailable("busy"), None) * 3:
        shaky.fault = fault
        router.send(MESSAGE)

    assert router.choose(MESSAGE) == "b"


def test_a_sender_that_breaks_is_named_and_nobody_else_is_asked() -> None:
    @dataclass
    class Breaking(Double):
        def send(self, message: Message) -> Sent:
            raise ZeroDivisionError

    second = Double("b")
    with pytest.raises(Broken) as broken:
        routed(Breaking("a"), second).send(MESSAGE)

    assert (broken.value.sender, broken.value.reason) == ("a", "ZeroDivisionError")
    assert second.sent == 0


def test_no_attempt_is_begun_that_could_end_too_late(now: list[float]) -> None:
    """One takes three seconds at the most, all together eight."""

    @dataclass
    class Slow(Double):
        def send(self, message: Message) -> Sent:
            now[0] += 3
            return super().send(message)

    third = Slow("c")
    router = routed(Slow("a", Unavailable("slow")), Slow("b", Unavailable("slow")), third)

    with pytest.raises(Unavailable, match="no time left"):
        router.send(MESSAGE)

    assert third.sent == 0


def test_a_test_number_ends_at_the_inbox_whatever_the_route() -> None:
    carrier = Double("a")
    message = replace(MESSAGE, test=True, route=("a",))

    assert routed(carrier).send(message).sender == "inbox"
    assert carrier.sent == 0


@pytest.mark.parametrize(
    ("region", "channel", "order"),
    [
        ("CN", Channel.SMS, ("aliyun", "sns")),
        ("CN", Channel.VOICE, ("eum",)),
        ("JP", Channel.VOICE, ("eum",)),
        ("JP", Channel.SMS, ("notify",)),
        ("US", Channel.SMS, ("sns",)),
        ("US", Channel.VOICE, ("eum",)),
        ("DE", Channel.SMS, ("eum", "sns")),
    ],
)
def test_the_nearest_route_is_followed(
    region: str, channel: Channel, order: tuple[str, ...]
) -> None:
    said = "CN/sms=aliyun, sns; CN=tencent; JP=notify; US/sms=sns; */voice=eum; *=eum, sns"

    routes = Routes.parse(said)

    assert routes.to(region, channel) == order
    assert str(routes) == said
    assert Routes.parse("").to(region, channel) is None


@pytest.mark.parametrize(
    "said",
    ["CN", "CN=", "XX=sns", "CN/fax=sns", "CN=sns; CN=eum", "CN=sns, sns", "CN=S N S", "=sns"]
    + ["CN=sns;" * 601],
)
def test_a_route_that_makes_no_sense_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match=r"route|region|sender"):
        Routes.parse(said)


def test_a_router_rests_as_long_as_the_first_that_is_back(now: list[float]) -> None:
    failing = [Double("a", Unavailable("down")), Double("b", Unavailable("down"))]
    router = routed(*failing)
    assert router.rest(MESSAGE) == timedelta(0)
    for _ in range(5):
        with pytest.raises(Unavailable):
            router.send(MESSAGE)

    assert router.rest(MESSAGE) == timedelta(seconds=30)
    assert not router.carries(MESSAGE)
    elsewhere = replace(MESSAGE, route=("c",))
    assert router.rest(elsewhere) == timedelta(0), "whose rest is over, this one does not wait for"
