"""How events reach hooks: in order, again when it failed, and none at the cost of another."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ReadTimeoutError
from moto.core.botocore_stubber import MockRawResponse

from chalicelib.api.events import changed, hook_due, overdue
from chalicelib.domain.apps import App
from chalicelib.domain.events import EventType
from chalicelib.domain.hook_deliveries import REFUSALS
from chalicelib.flows.hook_deliveries import UNREACHED
from chalicelib.local import streams
from chalicelib.local.pump import Pump
from chalicelib.store.hook_tables import DeliveryRow
from chalicelib.store.user_tables import UserRow
from tests.conftest import Clock, Decisions, Desk
from tests.faults import Killed, killed, lost_reply, no_answer, refusal
from tests.hooks import FUNCTION, Receiver, Told, hooked, pumped, receiving
from tests.wire import PHONE, Door

OTHER = "+8618612345679"
HOOK_KEY = "hook-key-of-the-engine"
#: What EventBridge tells a function that it wakes.
CLOCK_STRIKES = {
    "version": "0",
    "account": "123456789012",
    "region": "us-east-1",
    "detail": {},
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "time": "2040-01-02T12:00:00Z",
    "id": "1",
    "resources": [],
}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def signs_up(desk: Desk, phone: str = PHONE) -> str:
    """Somebody whose phone becomes verified; their id."""
    assert desk.send(phone) == 0
    said = {"mobilePhoneNumber": phone, "smsCode": desk.code(phone)}
    answer = desk.door.post("usersByMobilePhone", **said)
    assert answer.code == 0, answer.json
    return str(answer.json["objectId"])


def at(desk: Desk, receiver: Receiver, *events: str, name: str = "engine") -> None:
    """Let *receiver* be a hook of the app."""
    more: dict[str, Any] = {"events": list(events)} if events else {}
    answer = desk.console.ask(
        "PUT", f"hooks/{name}", kind="url", address=receiver.address, key=HOOK_KEY, **more
    )
    assert answer.code == 0, answer.json


def lose_timers(desk: Desk) -> None:
    sqs = streams.aws.client("sqs", connect=1, read=2)
    sqs.purge_queue(QueueUrl=sqs.get_queue_url(QueueName=desk.service.queue)["QueueUrl"])


def claim_lane(desk: Desk) -> None:
    """Let another sandbox run the one lane there is, for a minute."""
    [row] = DeliveryRow.scan()
    app, _, lane = row.key.partition("#")
    now = datetime.now(UTC)
    assert desk.service.deliveries.claim(app, lane, until=now + timedelta(seconds=60), now=now)


def states(desk: Desk) -> dict[str, int]:
    """How many deliveries there are in each state."""
    found = {
        state: len(desk.console.find("deliveries", state=state).json["deliveries"])
        for state in ("due", "waiting", "delivered", "dead", "dropped")
    }
    return {state: count for state, count in found.items() if count}


def test_an_event_that_was_delivered_can_be_looked_at_for_seven_days(
    desk: Desk, clock: Clock
) -> None:
    hooked(desk)
    signs_up(desk)

    pumped(desk)

    [shown] = desk.console.find("deliveries", state="delivered").json["deliveries"]
    assert (shown["hook"], shown["type"], shown["tries"]) == ("shop", "phone_verified", 1)
    assert shown["phone"] == "+86186****5678"
    clock.pass_(days=6, hours=23)
    assert states(desk) == {"delivered": 1}
    clock.pass_(hours=2)
    assert states(desk) == {}


@pytest.mark.parametrize(
    "fault",
    [
        refusal("ResourceNotFoundException", 404),
        refusal("AccessDeniedException", 403),
        refusal("TooManyRequestsException", 429),
        refusal("ServiceException", 500),
        no_answer(ReadTimeoutError),
    ],
)
def test_a_function_that_cannot_be_invoked_is_invoked_when_it_can(
    desk: Desk, clock: Clock, fault: Any
) -> None:
    told = hooked(desk)
    desk.faults.next("lambda.Invoke", *[fault] * 2)
    signs_up(desk)
    pump = Pump()

    pumped(desk, pump)
    assert states(desk) == {"waiting": 1}
    for _ in range(4):
        clock.pass_(minutes=1)
        pumped(desk, pump)

    assert told.types == ["sms"]
    assert states(desk) == {"delivered": 1}


def test_a_hook_that_fails_for_an_hour_gets_all_of_it_in_order_when_it_returns(
    desk: Desk, clock: Clock
) -> None:
    told = hooked(desk, "sent", "code_verified")
    told.down = "ResourceNotFoundException"
    pump = Pump()

    for _ in range(6):
        assert desk.send() == 0
        assert desk.verify(desk.code()) == 0
        pumped(desk, pump)
        clock.pass_(minutes=10)
    assert told.bodies == []
    told.down = ""
    for _ in range(20):
        clock.pass_(minutes=1)
        pumped(desk, pump)

    assert told.types == ["sent", "code_verified"] * 6
    assert states(desk) == {"delivered": 12}


def test_a_hook_that_fails_for_an_hour_delays_no_other(
    desk: Desk, clock: Clock, receiver: Receiver
) -> None:
    told = hooked(desk)
    at(desk, receiver)
    receiver.status = 503
    pump = Pump()

    for place in range(5):
        signs_up(desk, f"+861861234560{place}")
        pumped(desk, pump)
        clock.pass_(minutes=1)

    assert len(told.bodies) == 5
    assert states(desk) == {"delivered": 5, "waiting": 5}
    receiver.status = 200
    clock.pass_(minutes=16)
    pumped(desk, pump)
    assert len(receiver.requests) >= 5
    assert states(desk) == {"delivered": 10}


def test_a_hook_that_hangs_is_waited_for_a_few_times_and_delays_no_other(
    desk: Desk, receiver: Receiver
) -> None:
    told = hooked(desk)
    at(desk, receiver)
    receiver.open.clear()
    for place in range(5):
        signs_up(desk, f"+861861234560{place}")

    began = time.monotonic()
    pumped(desk)

    assert time.monotonic() - began < 15, "three seconds for three, and nothing for the others"
    assert len(told.bodies) == 5
    assert len(receiver.requests) == UNREACHED
    waiting = desk.console.find("deliveries", state="waiting").json["deliveries"]
    assert len(waiting) == 5
    assert {one["word"] for one in waiting} <= {
        "",
        "no answer in 3 seconds",
        "rests after no answer in 3 seconds",
    }


def test_an_event_a_hook_refuses_for_ever_does_not_stop_those_behind_it(
    desk: Desk, clock: Clock, receiver: Receiver
) -> None:
    at(desk, receiver, "sent", "code_verified")
    receiver.refuses = "/onSent"
    pump = Pump()
    assert desk.send() == 0
    assert desk.verify(desk.code()) == 0

    for _ in range(5):
        pumped(desk, pump)
        clock.pass_(minutes=1)

    assert [path.rpartition("/")[2] for path, _, _ in receiver.requests] == [
        *["onSent"] * REFUSALS,
        "onCodeVerified",
    ]
    assert states(desk) == {"delivered": 1, "waiting": 1}
    clock.pass_(hours=24)
    pumped(desk, pump)
    assert states(desk) == {"delivered": 1, "dead": 1}


def test_order_is_kept_while_the_one_in_front_is_tried_again(
    desk: Desk, clock: Clock, receiver: Receiver
) -> None:
    at(desk, receiver, "sent", "code_verified")
    pump = Pump()
    receiver.status = 500
    assert desk.send() == 0
    pumped(desk, pump)
    assert desk.verify(desk.code()) == 0
    pumped(desk, pump)
    assert len(receiver.requests) == 1, "the second waits for the first"

    receiver.status = 200
    clock.pass_(seconds=6)
    pumped(desk, pump)

    assert [path.rpartition("/")[2] for path, _, _ in receiver.requests] == [
        "onSent",
        "onSent",
        "onCodeVerified",
    ]


def test_waits_grow_up_to_a_quarter_of_an_hour_and_end_after_a_day(
    desk: Desk, clock: Clock, receiver: Receiver, decisions: Decisions
) -> None:
    at(desk, receiver)
    receiver.status = 404
    signs_up(desk)
    pump, times = Pump(), []

    for _ in range(26 * 60):
        before = len(receiver.requests)
        pumped(desk, pump)
        if len(receiver.requests) > before:
            times.append(datetime.now(UTC))
        clock.pass_(minutes=1)

    assert max(after - before for before, after in pairwise(times)) <= timedelta(minutes=16)
    assert times[-1] - times[0] <= timedelta(hours=24, minutes=16)
    assert states(desk) == {"dead": 1}
    [said] = decisions("hook_dead")
    assert said["reason"] == "HTTP 404"


def dead(desk: Desk, clock: Clock, receiver: Receiver) -> str:
    """The id of a dead letter."""
    at(desk, receiver)
    receiver.status = 404
    signs_up(desk)
    pump = Pump()
    pumped(desk, pump)
    clock.pass_(hours=24, minutes=1)
    pumped(desk, pump)
    [letter] = desk.console.get("deliveries").json["deliveries"]
    return str(letter["id"])


def test_a_dead_letter_is_listed_read_and_replayed(
    desk: Desk, clock: Clock, receiver: Receiver
) -> None:
    id = dead(desk, clock, receiver)
    read = desk.console.get(f"deliveries/{id}").json
    assert read["delivery"]["state"] == "dead"
    assert read["body"]["type"] == "sms"
    assert read["body"]["phone"] == read["delivery"]["phone"] == "+86186****5678"
    assert "18612345678" not in json.dumps(read)

    receiver.status = 200
    clock.pass_(minutes=1)
    assert desk.console.post(f"deliveries/{id}/replay").code == 0
    pumped(desk)

    assert states(desk) == {"delivered": 1}
    assert receiver.requests[-1][2]["event"] == read["body"]["event"]
    assert receiver.requests[-1][2]["phone"] == "+8618612345678", "a hook is told the whole of it"


def test_a_dead_letter_is_dropped(desk: Desk, clock: Clock, receiver: Receiver) -> None:
    id = dead(desk, clock, receiver)

    assert desk.console.post(f"deliveries/{id}/drop").code == 0
    pumped(desk)

    assert states(desk) == {"dropped": 1}


def test_what_is_on_its_way_to_a_hook_that_is_taken_away_is_dropped(
    desk: Desk, clock: Clock, receiver: Receiver
) -> None:
    at(desk, receiver)
    receiver.status = 503
    signs_up(desk)
    pump = Pump()
    pumped(desk, pump)

    assert desk.console.ask("DELETE", "hooks/engine").code == 0
    clock.pass_(minutes=1)
    pumped(desk, pump)

    assert states(desk) == {"dropped": 1}


def test_a_hook_that_was_just_made_misses_nothing_though_another_sandbox_knows_it_not(
    desk: Desk, clock: Clock, receiver: Receiver
) -> None:
    at(desk, receiver)
    signs_up(desk)
    changed(streams.event(streams.told(UserRow)), None)
    app = desk.service.directory.read("countersign-local-app")
    assert app
    older = app.without_hook("engine")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk.service.directory, "find", lambda id: older)

        hook_due(streams.event(streams.told(DeliveryRow)), None)

    assert states(desk) == {"delivered": 1}


def test_what_has_lost_its_timer_is_delivered_with_the_next_of_its_phone(
    desk: Desk, clock: Clock, receiver: Receiver
) -> None:
    at(desk, receiver, "sent")
    receiver.status = 503
    assert desk.send() == 0
    pumped(desk)
    lose_timers(desk)
    receiver.status = 200
    clock.pass_(minutes=5)

    assert desk.send() == 0
    pumped(desk, Pump())

    assert states(desk) == {"delivered": 2}


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    "operation",
    [
        "dynamodb.UpdateItem",
        "dynamodb.Query",
        "dynamodb.PutItem",
        "dynamodb.DeleteItem",
        "lambda.Invoke",
        "sqs.SendMessage",
    ],
)
def test_a_function_that_dies_while_it_delivers_delivers_all_the_same(
    desk: Desk, clock: Clock, operation: str, after: bool
) -> None:
    told = hooked(desk)
    fault = killed(after=after)
    if operation == "lambda.Invoke":
        after_it = Told()
        fault = (lambda request: (after_it(request), killed()(request))[1]) if after else killed()
    signs_up(desk)
    changed(streams.event(streams.told(UserRow)), None)
    if operation == "sqs.SendMessage":
        desk.faults.next("lambda.Invoke", refusal("ServiceException", 500))
    desk.faults.next(operation, fault)

    entries = streams.event(streams.told(DeliveryRow))
    with pytest.raises(Killed):  # and Lambda tells of it again
        hook_due(entries, None)
    desk.faults.next(operation)
    pump = Pump()
    pumped(desk, pump)
    clock.pass_(minutes=1)
    pumped(desk, pump)

    assert set(told.types) == {"sms"}
    assert states(desk) == {"delivered": 1}


def test_a_fault_of_the_table_lets_the_stream_tell_again(desk: Desk, clock: Clock) -> None:
    hooked(desk)
    signs_up(desk)
    entries = streams.told(UserRow)
    desk.faults.next("dynamodb.PutItem", *[refusal("ThrottlingException")] * 9)

    answer = changed(streams.event(entries), None)

    number = entries[0]["dynamodb"]["SequenceNumber"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": number}]}


@pytest.mark.parametrize(
    ("path", "fields", "field"),
    [
        ("hooks/Shop", {"kind": "function", "address": FUNCTION}, "name"),
        ("hooks/shop", {"kind": "pigeon", "address": FUNCTION}, "kind"),
        ("hooks/shop", {"kind": "function", "address": "somebody-elses"}, "address"),
        ("hooks/shop", {"kind": "bus", "address": "somebody-elses"}, "address"),
        ("hooks/shop", {"kind": "function", "address": FUNCTION, "key": "k"}, "key"),
        ("hooks/shop", {"kind": "url", "address": "https://e.example.com"}, "key"),
        ("hooks/shop", {"kind": "url", "address": "http://e.example.com", "key": "k"}, "address"),
        ("hooks/shop", {"kind": "url", "address": "https://10.0.0.1", "key": "k"}, "address"),
        ("hooks/shop", {"kind": "url", "address": "https://[::1]", "key": "k"}, "address"),
        ("hooks/shop", {"kind": "url", "address": "https://2130706433", "key": "k"}, "address"),
        ("hooks/shop", {"kind": "url", "address": "https://a.b@c.d", "key": "k"}, "address"),
        ("hooks/shop", {"kind": "url", "address": "https://a.b\t.com", "key": "k"}, "address"),
        (
            "hooks/shop",
            {"kind": "url", "address": "https://e.example.com:22", "key": "k"},
            "address",
        ),
        (
            "hooks/shop",
            {"kind": "url", "address": "https://e.example.com/?a", "key": "k"},
            "address",
        ),
        ("hooks/shop", {"kind": "function", "address": FUNCTION, "events": ["x"]}, "events"),
        ("hooks/shop", {"kind": "function", "address": FUNCTION, "colour": "x"}, "colour"),
        ("hooks/shop", {"address": FUNCTION}, "kind"),
    ],
)
def test_a_hook_that_cannot_be_one_is_refused_with_its_field(
    desk: Desk, path: str, fields: dict[str, Any], field: str
) -> None:
    answer = desk.console.ask("PUT", path, **fields)

    assert (answer.status, answer.json["field"]) == (400, field)


def test_an_app_has_at_most_ten_hooks(desk: Desk) -> None:
    for place in range(10):
        hooked(desk, name=f"shop-{place}")

    answer = desk.console.ask("PUT", "hooks/shop-10", kind="function", address=FUNCTION)

    assert answer.status == 400
    assert len(desk.console.get("hooks").json["hooks"]) == 10


def test_a_hooks_key_is_never_shown_and_stays_if_it_is_not_given(
    desk: Desk, receiver: Receiver
) -> None:
    at(desk, receiver)

    changed = desk.console.ask("PUT", "hooks/engine", kind="url", address=receiver.address)

    assert changed.json["hook"]["hasKey"] is True
    for answer in (changed, desk.console.get("hooks"), desk.console.get("settings")):
        assert HOOK_KEY.encode() not in answer.raw
    signs_up(desk)
    pumped(desk)
    assert receiver.requests[0][1]["x-lc-hook-key"] == HOOK_KEY


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "hooks"),
        ("PUT", "hooks/shop"),
        ("DELETE", "hooks/shop"),
        ("GET", "deliveries"),
        ("GET", "deliveries/x-y"),
        ("POST", "deliveries/x-y/replay"),
    ],
)
def test_hooks_are_the_administrators_alone(desk: Desk, method: str, path: str) -> None:
    assert desk.door.send(method, f"/console/api/{path}").json["code"] == 403


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("DELETE", "hooks/none", 404),
        ("GET", "deliveries/none", 404),
        ("GET", "deliveries/a-b", 404),
        ("GET", f"deliveries/{'a' * 32}-!", 404),
        ("GET", f"deliveries/{'a' * 200}-b", 404),
        ("POST", "deliveries/a-b/replay", 404),
        ("POST", "deliveries/a-b/eat", 404),
        ("GET", "deliveries?state=lost", 400),
        ("GET", "deliveries?limit=0", 400),
        ("GET", "deliveries?next=delivered.x", 400),
        ("GET", "deliveries?state=dead&next=dead.", 400),
        ("GET", "deliveries?state=dead&next=dead.%00", 400),
        ("GET", f"deliveries?next=dead.{'0' * 14}-00-{'a' * 32}.{'b' * 32}", 200),
    ],
)
def test_what_is_not_there_is_a_clear_refusal(
    desk: Desk, method: str, path: str, status: int
) -> None:
    answer = desk.master.send(method, f"/console/api/{path}")

    assert answer.status == status, answer.json


def test_deliveries_are_listed_newest_first_page_by_page(desk: Desk, clock: Clock) -> None:
    hooked(desk, "sent")
    for place in range(7):
        assert desk.send(f"+861861234560{place}") == 0
        clock.pass_(seconds=1)
    pumped(desk)

    seen, after = [], ""
    while True:
        more = {"next": after} if after else {}
        page = desk.console.find("deliveries", state="delivered", limit=3, **more).json
        assert len(page["deliveries"]) <= 3
        seen += page["deliveries"]
        after = page.get("next", "")
        if not after:
            break

    times = [one["at"] for one in seen]
    assert len({one["id"] for one in seen}) == 7
    assert times == sorted(times, reverse=True)


def test_another_apps_deliveries_are_not_there(desk: Desk, clock: Clock) -> None:
    hooked(desk)
    signs_up(desk)
    pumped(desk)
    [mine] = desk.console.find("deliveries", state="delivered").json["deliveries"]
    other = App.create("Other", id="another-app-1234", master_key="another-master-key")
    desk.service.directory.create(other)
    door = Door({"X-LC-Id": other.id, "X-LC-Key": "another-master-key,master"})

    assert door.send("GET", f"/console/api/deliveries/{mine['id']}").status == 404
    listed = door.send("GET", "/console/api/deliveries?state=delivered").json
    assert listed == {"deliveries": []}


class Bus:
    """EventBridge, as far as it takes events; *fault* is its fault with each of them."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.fault = ""

    def __call__(self, request: AWSPreparedRequest) -> AWSResponse:
        [entry] = json.loads(request.body)["Entries"]
        if not self.fault:
            self.entries.append(entry)
        failed = {"ErrorCode": self.fault, "ErrorMessage": "no"}
        told = failed if self.fault else {"EventId": "1"}
        said = {"FailedEntryCount": int(bool(self.fault)), "Entries": [told]}
        return AWSResponse(request.url, 200, {}, MockRawResponse(json.dumps(said)))


@pytest.fixture
def bus(desk: Desk) -> Bus:
    bus = Bus()
    desk.faults.always("eventbridge.PutEvents", bus)
    fields = {"kind": "bus", "address": "countersign-shop", "events": list(EventType)}
    assert desk.console.ask("PUT", "hooks/all", **fields).code == 0
    return bus


def test_a_bus_is_given_events_by_their_type(desk: Desk, clock: Clock, bus: Bus) -> None:
    signs_up(desk)
    pumped(desk)

    types = [entry["DetailType"] for entry in bus.entries]
    assert types == ["sent", "delivered", "code_verified", "sms"]
    for entry in bus.entries:
        assert (entry["Source"], entry["EventBusName"]) == ("countersign", "countersign-shop")
        assert json.loads(entry["Detail"])["type"] == entry["DetailType"]


@pytest.mark.parametrize("fault", ["InternalFailure", "ThrottlingException", "MalformedDetail"])
def test_what_a_bus_does_not_take_is_put_on_it_again(
    desk: Desk, clock: Clock, bus: Bus, fault: str
) -> None:
    bus.fault = fault
    pump = Pump()
    assert desk.send() == 0
    pumped(desk, pump)
    assert states(desk) == {"waiting": 1}

    bus.fault = ""
    clock.pass_(minutes=1)
    pumped(desk, pump)

    assert [entry["DetailType"] for entry in bus.entries] == ["sent"]


def test_a_hook_that_is_away_for_days_is_not_waited_for_for_ever(desk: Desk, clock: Clock) -> None:
    """Of many deliveries only one is tried while a hook rests; the others end all the same."""
    told = hooked(desk)
    told.down = "ResourceNotFoundException"
    pump = Pump()
    for place in range(8):
        signs_up(desk, f"+861861234560{place}")
    for _ in range(60 * 4):
        pumped(desk, pump)
        clock.pass_(minutes=15)

    assert states(desk) == {"dead": 8}
    assert desk.faults.calls["lambda.Invoke"] < 60 * 4 * 4


def test_behind_one_that_is_dropped_the_others_go_on(
    desk: Desk, clock: Clock, receiver: Receiver
) -> None:
    at(desk, receiver, "sent", "code_verified")
    receiver.refuses = "/onSent"
    pump = Pump()
    assert desk.send() == 0
    pumped(desk, pump)
    assert desk.verify(desk.code()) == 0
    pumped(desk, pump)
    [first] = desk.console.find("deliveries", state="waiting").json["deliveries"]

    assert desk.console.post(f"deliveries/{first['id']}/drop").code == 0
    pumped(desk, pump)

    assert states(desk) == {"dropped": 1, "delivered": 1}


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_an_event_of_which_the_app_has_no_function_does_not_stop_those_behind_it(
    desk: Desk, clock: Clock, receiver: Receiver, status: int
) -> None:
    at(desk, receiver, "sent", "phone_verified")
    receiver.refuses, receiver.refusal = "/onSent", status
    pump = Pump()
    signs_up(desk)

    for _ in range(10):
        pumped(desk, pump)
        clock.pass_(minutes=1)

    assert states(desk) == {"waiting": 1, "delivered": 1}


def test_refusals_add_up_though_the_hook_was_away_between_them(
    desk: Desk, clock: Clock, receiver: Receiver
) -> None:
    at(desk, receiver, "sent", "code_verified")
    receiver.refuses = "/onSent"
    pump = Pump()
    assert desk.send() == 0
    assert desk.verify(desk.code()) == 0

    for turn in range(20):
        receiver.refusal = 503 if turn % 3 == 2 else 500
        pumped(desk, pump)
        clock.pass_(minutes=16)

    assert states(desk) == {"waiting": 1, "delivered": 1}


def test_one_phone_that_a_hook_hangs_at_puts_it_to_rest_for_nobody(
    desk: Desk, clock: Clock, receiver: Receiver
) -> None:
    at(desk, receiver)
    receiver.status = 503
    pump = Pump()
    signs_up(desk)
    for _ in range(6):
        pumped(desk, pump)
        clock.pass_(minutes=16)
    receiver.status = 200
    receiver.requests.clear()

    signs_up(desk, OTHER)
    pumped(desk, pump)

    assert OTHER in [body["phone"] for _, _, body in receiver.requests]


def test_whoever_comes_while_a_lane_is_run_comes_again(desk: Desk, clock: Clock) -> None:
    told = hooked(desk)
    signs_up(desk)
    changed(streams.event(streams.told(UserRow)), None)
    entries = streams.event(streams.told(DeliveryRow))
    claim_lane(desk)

    hook_due(entries, None)
    assert told.bodies == []
    clock.pass_(seconds=61)
    pumped(desk, Pump())

    assert told.types == ["sms"]
    assert states(desk) == {"delivered": 1}


def test_what_has_lost_its_timer_is_found_within_hours(
    desk: Desk, clock: Clock, receiver: Receiver
) -> None:
    at(desk, receiver)
    receiver.status = 503
    signs_up(desk)
    pump = Pump()
    pumped(desk, pump)
    lose_timers(desk)
    receiver.status = 200

    overdue(CLOCK_STRIKES, None)
    pumped(desk, pump)
    assert states(desk) == {"waiting": 1}, "it is not late yet"
    clock.pass_(hours=1)
    overdue(CLOCK_STRIKES, None)
    pumped(desk, pump)

    assert states(desk) == {"delivered": 1}


def test_a_code_that_came_back_has_arrived_though_no_receipt_ever_comes(
    desk: Desk, clock: Clock
) -> None:
    told = hooked(desk, "delivered")
    assert desk.send() == 0
    clock.pass_(seconds=20)
    assert desk.verify(desk.code()) == 0
    pumped(desk)
    pumped(desk, Pump())

    [body] = told.bodies
    assert (body["type"], body["object"]["state"]) == ("delivered", "verified")


def test_a_slow_hook_takes_its_share_of_time_and_no_more(
    desk: Desk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = hooked(desk)
    at(desk, receiver, name="engine")
    engine = desk.service.hook_deliveries.callers["url"]  # type: ignore[index]
    call = engine.call

    def slowly(*said: Any, **more: Any) -> Any:
        time.sleep(1.5)
        return call(*said, **more)

    monkeypatch.setattr(engine, "call", slowly)
    monkeypatch.setattr("chalicelib.flows.hook_deliveries.HOOK_TAKES", 2.0)
    for place in range(6):
        signs_up(desk, f"+861861234560{place}")
    changed(streams.event(streams.told(UserRow)), None)

    hook_due(streams.event(streams.told(DeliveryRow)), None)

    assert len(told.bodies) == 6
    assert len(receiver.requests) == 2
    assert states(desk) == {"delivered": 8, "waiting": 4}


def test_of_one_that_was_dropped_is_told_again_while_its_lane_is_run(
    desk: Desk, clock: Clock
) -> None:
    hooked(desk)
    signs_up(desk)
    changed(streams.event(streams.told(UserRow)), None)
    [due] = desk.console.find("deliveries", state="due").json["deliveries"]
    assert desk.console.post(f"deliveries/{due['id']}/drop").code == 0
    [_, dropped] = streams.told(DeliveryRow)
    claim_lane(desk)

    answer = hook_due(streams.event([dropped]), None)

    number = dropped["dynamodb"]["SequenceNumber"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": number}]}


def test_when_one_is_given_up_at_rest_those_behind_it_are_given_up_in_their_turn(
    desk: Desk, clock: Clock
) -> None:
    told = hooked(desk, "sent", "code_verified")
    told.down = "ResourceNotFoundException"
    pump = Pump()
    for place in range(4):
        assert desk.send(f"+861861234560{place}") == 0
        assert desk.verify(desk.code(f"+861861234560{place}"), f"+861861234560{place}") == 0
    for _ in range(110 * 4):
        pumped(desk, pump)
        clock.pass_(minutes=15)

    assert states(desk) == {"dead": 8}


def test_a_lane_whose_claim_was_answered_by_nobody_is_run_all_the_same(
    desk: Desk, clock: Clock
) -> None:
    told = hooked(desk)
    signs_up(desk)
    changed(streams.event(streams.told(UserRow)), None)
    desk.faults.next("dynamodb.UpdateItem", lost_reply(ReadTimeoutError))

    hook_due(streams.event(streams.told(DeliveryRow)), None)

    assert told.types == ["sms"]


def test_a_dead_letter_is_kept_for_thirty_days_and_shown_for_seven_when_it_is_dropped(
    desk: Desk, clock: Clock, receiver: Receiver
) -> None:
    id = dead(desk, clock, receiver)
    clock.pass_(days=29)
    assert states(desk) == {"dead": 1}

    assert desk.console.post(f"deliveries/{id}/drop").json["delivery"]["word"] == "by hand"

    clock.pass_(days=6)
    assert states(desk) == {"dropped": 1}
    clock.pass_(days=2)
    assert states(desk) == {}


def test_a_replayed_dead_letter_has_a_new_day(desk: Desk, clock: Clock, receiver: Receiver) -> None:
    id = dead(desk, clock, receiver)

    assert desk.console.post(f"deliveries/{id}/replay").json["delivery"]["tries"] == 0
    pumped(desk)

    [again] = desk.console.find("deliveries", state="waiting").json["deliveries"]
    assert again["tries"] == 1


def test_a_hook_that_refuses_an_event_of_its_own_does_not_rest(
    desk: Desk, clock: Clock, bus: Bus
) -> None:
    """Else three phones with such events would put it to rest for all."""
    bus.fault = "MalformedDetail"
    pump = Pump()
    for place in range(UNREACHED):
        assert desk.send(f"+861861234560{place}") == 0
    pumped(desk, pump)
    bus.fault = ""

    assert desk.send(OTHER) == 0
    pumped(desk, pump)

    assert [entry["DetailType"] for entry in bus.entries] == ["sent"]


def test_a_limit_that_is_hit_again_asks_for_no_more(desk: Desk, clock: Clock) -> None:
    hooked(desk, "limit_hit")
    assert desk.send() == 0
    assert desk.send() == 1
    puts = desk.faults.calls["dynamodb.PutItem"]

    assert [desk.send() for _ in range(5)] == [1] * 5

    assert desk.faults.calls["dynamodb.PutItem"] == puts
