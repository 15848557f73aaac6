"""A crash between any two steps, of a call and of what its events go through: none is lost or made.

A call dies before or after each request it makes of AWS; so does the function that hears of it,
and the one that tells the hooks.  What Lambda does then is what is done here: it tells again.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count, islice
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.core.botocore_stubber import MockRawResponse

from chalicelib.api.events import changed, hook_due
from chalicelib.local import dynamodb, streams
from chalicelib.store.hook_tables import DeliveryRow
from chalicelib.store.row import Row
from chalicelib.store.tables import LineRow
from chalicelib.store.user_tables import UserRow
from tests.conftest import Clock, Desk, Opener, of_dynamodb_local
from tests.faults import Killed, killed
from tests.hooks import Told, hooked
from tests.people import Person
from tests.wire import Answer

ROUNDS = 1000
#: After so many rounds the streams are heard.
BATCH = 100
#: More than the requests of AWS that any of the calls makes, and those that an entry of a stream
#: or two are cause for.
STEPS = 12

Act = Callable[[], Answer]


@pytest.fixture
def true_desk(open_desk: Opener, dynamodb_local: str) -> Iterator[Desk]:
    """A desk with no limits on sending, on a DynamoDB Local of its own: it keeps one busy."""
    unlimited = "limit_number= limit_signature= limit_verification="
    with dynamodb.running() as address:
        yield open_desk(unlimited, **of_dynamodb_local(address))


def somebody(desk: Desk, uid: str, **fields: Any) -> Person:
    """Somebody without a password, whose hash would take its time."""
    answer = desk.door.post("users", authData={"anonymous": {"id": uid}}, **fields)
    return Person(desk, answer.json["objectId"], answer.json["sessionToken"])


def verifying(desk: Desk, phone: str) -> Act:
    person = somebody(desk, phone, mobilePhoneNumber=phone)
    assert person.door.post("requestMobilePhoneVerify", mobilePhoneNumber=phone).code == 0
    code = desk.code(phone)
    return lambda: person.door.post(f"verifyMobilePhone/{code}", mobilePhoneNumber=phone)


def changing(desk: Desk, phone: str) -> Act:
    person = somebody(desk, phone)
    assert person.door.post("requestChangePhoneNumber", mobilePhoneNumber=phone).code == 0
    said = {"mobilePhoneNumber": phone, "code": desk.code(phone)}
    return lambda: person.door.post("changePhoneNumber", **said)


def signing_up(desk: Desk, phone: str) -> Act:
    assert desk.send(phone) == 0
    said = {"mobilePhoneNumber": phone, "smsCode": desk.code(phone)}
    return lambda: desk.door.post("usersByMobilePhone", **said)


CALLS = (verifying, changing, signing_up)


def taken(request: AWSPreparedRequest) -> AWSResponse:
    """SQS takes a message, and forgets it."""
    return AWSResponse(request.url, 200, {}, MockRawResponse('{"MessageId":"1"}'))


class Streams:
    """The streams of some tables, heard by functions that die on the way."""

    def __init__(self, desk: Desk, clock: Clock, told: Told) -> None:
        self.desk, self.clock, self.told = desk, clock, told
        self.heard: Counter[str] = Counter()
        self.crashes = 0

    def hear(self, table: type[Row], function: Callable[..., Any]) -> None:
        """Let *function* hear all that is new, after a crash at each of its first steps."""
        name = table.Meta.table_name
        news = streams.told(table, self.heard[name])
        event = streams.event(news)
        for step in range(STEPS):
            for after in (False, True):
                self.desk.faults.after(step, killed(after=after))
                with suppress(Killed):
                    function(event, None)
                    continue
                self.crashes += 1
        self.mended()
        self.clock.pass_(seconds=61)  # what the dead have claimed is free again
        assert function(event, None) == {"batchItemFailures": []}
        self.heard[name] += len(news)

    def mended(self) -> None:
        self.desk.faults.mend()
        self.desk.faults.always("lambda.Invoke", self.told)
        # Nobody waits for timers here, and with many moto is slow.
        self.desk.faults.always("sqs.SendMessage", taken)


def crashes() -> Iterator[tuple[Callable[[Desk, str], Act], int, bool]]:
    """Each call with a crash at each of its steps, over and over."""
    for turn in count():
        yield CALLS[turn % 3], turn // 6 % STEPS, bool(turn // 3 % 2)


def test_every_verified_phone_has_its_event_and_no_other_has_one_wherever_it_crashes(
    true_desk: Desk, clock: Clock
) -> None:
    told = hooked(true_desk)
    heard, died = Streams(true_desk, clock, told), 0

    for turn, (call, step, after) in enumerate(islice(crashes(), ROUNDS)):
        act = call(true_desk, f"+86186123{turn:05}")
        true_desk.faults.after(step, killed(after=after))
        done = False
        with suppress(Killed):
            act()
            done = True
        died += not done
        heard.mended()
        if turn // (6 * STEPS) % 2:  # else the client never comes back
            act()
        if turn % BATCH == BATCH - 1:
            for table, function in (
                (LineRow, changed),
                (UserRow, changed),
                (DeliveryRow, hook_due),
            ):
                heard.hear(table, function)

    rows = list(UserRow.scan())
    proved = {row.key.rpartition("#")[2]: row.phone for row in rows if row.phone_verified}
    announced = {body["object"]["objectId"]: body["phone"] for body in told.bodies}
    assert announced == proved
    assert ROUNDS / 3 < len(proved) < ROUNDS, "some were, and some were not"
    assert died > ROUNDS / 3, "and many calls did die"
    assert heard.crashes > 200
    events = {body["event"] for body in told.bodies}
    assert len(events) == len(proved), "told again, an event has the same id"
    assert {row.state for row in DeliveryRow.scan() if row.state} == {"delivered"}
