"""A deployment at work: what every one of its functions is there for happens here, scene by scene.

Each scene is for what some function asks of AWS on one of its roads; together they are all.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.core.botocore_stubber import MockRawResponse

from chalicelib.api import events
from chalicelib.domain.events import EventType
from chalicelib.local.messaging import EndUserMessaging
from chalicelib.local.pump import Pump, receive
from chalicelib.local.streams import event, told
from chalicelib.store.hook_tables import DeliveryRow
from chalicelib.store.tables import LineRow, RecordRow
from chalicelib.wiring import service
from tests.api.test_captchas import picture, proved
from tests.api.test_hook_deliveries import CLOCK_STRIKES, Bus, lose_timers
from tests.api.test_receipts import eum, line, log, topic
from tests.api.test_user_phones import alone, sent
from tests.conftest import Clock, Desk, opened
from tests.hooks import FUNCTION, Told, pumped
from tests.people import PASSWORD, logged_in, signed_up
from tests.supplier import Supplier
from tests.watch import Watch
from tests.wire import PHONE

ABROAD, OTHER = "+12065550123", "+12065550124"
DAY = "2040-01-02"
#: What a deployment is told of each of its senders.
SENDERS = {
    "sns": {},
    "eum": {
        "EUM_ORIGINATION": "+12065550100",
        "EUM_VOICE_ORIGINATION": "+12065550101",
        "EUM_CONFIGURATION_SET": "receipts",
        "EUM_PROTECT_CONFIGURATION": "protect-1",
    },
    "notify": {"NOTIFY_CONFIGURATION": "nc-1", "NOTIFY_VOICE_TEMPLATE": "voice-en-001"},
    "own": {"FUNCTIONS": "own=countersign-supplier"},
}


class Functions:
    """Lambda, with a team's own functions: one sends, the other is told of events."""

    def __init__(self) -> None:
        self.sends, self.hears = Supplier(), Told()

    def __call__(self, request: AWSPreparedRequest) -> AWSResponse:
        hears = "X-Amz-Invocation-Type" in request.headers
        return self.hears(request) if hears else self.sends(request)


@dataclass(frozen=True)
class Stage:
    """Where deployments are opened whose functions are watched."""

    watch: Watch
    clock: Clock
    messaging: EndUserMessaging

    @contextmanager
    def open(self, settings: str = "", *senders: str) -> Iterator[tuple[Desk, Functions]]:
        """A deployment with hooks of each kind; it sends by *senders*, or else by SNS."""
        said = {"SENDERS": ", ".join(senders or ["sns"])}
        for sender in senders:
            said |= SENDERS[sender]
        unlimited = "international_allowed=true limit_number= limit_signature="
        with opened(f"{unlimited} {settings}", STAGE="dev", **said) as desk:
            self.watch.begun = lambda: service().listeners.append(desk.tray.receive)
            functions = Functions()
            desk.faults.always("lambda.Invoke", functions)
            desk.faults.always("eventbridge.PutEvents", Bus())
            for name, kind, address in (
                ("shop", "function", FUNCTION),
                ("own", "bus", "countersign-shop"),
                ("all", "bus", "default"),
            ):
                told_of = {"kind": kind, "address": address, "events": list(EventType)}
                assert desk.console.ask("PUT", f"hooks/{name}", **told_of).code == 0
            yield desk, functions
            self.watch.begun = lambda: None


def captchas_and_codes(stage: Stage) -> None:
    with stage.open("captcha_required=true") as (desk, _):
        assert desk.door.send("GET", "/health").status == 200
        assert picture(desk.door.get("requestCaptcha").json["captcha_url"]).status == 200
        assert desk.send(validate_token=proved(desk)) == 0
        assert desk.verify(desk.code()) == 0
        pumped(desk)


def users(stage: Stage) -> None:
    with stage.open() as (desk, _):
        tom = signed_up(desk, mobilePhoneNumber=PHONE)
        assert alone(desk, sent(desk, "requestMobilePhoneVerify")).status == 200
        assert logged_in(desk, username="tom", password="wrong") == 210
        assert logged_in(desk, username="tom", password=PASSWORD) == 0
        for _ in range(8):
            logged_in(desk, username="tom", password="wrong")
        pumped(desk)
        assert tom.put(nick="Tommy").code == 0
        assert desk.master.get("users", count=1).json["count"] == 1
        assert tom.door.send("DELETE", f"/1.1/users/{tom.id}").code == 0


def the_administrator(stage: Stage) -> None:
    with stage.open() as (desk, functions):
        made = desk.console.template("Welcome", "Hello {{who}}")
        assert len(desk.console.get("templates").json["templates"]) == 1
        pumped(desk)
        version = made["version"]
        assert desk.console.ask("DELETE", "templates/Welcome", version=version).code == 0
        desk.console.set(before_send="countersign-check")
        functions.sends.answer = {}
        assert desk.send() == 0
        desk.console.set(before_send="")
        assert desk.console.find("records", phone=PHONE).json["records"]
        assert desk.console.find("records", day=DAY).json["records"]
        pumped(desk)
        assert desk.console.find("counters", **{"from": DAY, "to": DAY}).json["counters"]
        [one, *_] = desk.console.find("deliveries", state="delivered").json["deliveries"]
        assert desk.console.post(f"deliveries/{one['id']}/replay").code == 0


def money_and_limits(stage: Stage) -> None:
    settings = "prepaid=true prices=US=1 balance_alarm=5 limit_verification=1/1d"
    with stage.open(settings) as (desk, _):
        assert desk.console.post("balance", amount="5.5", id="one").code == 0
        assert desk.send(ABROAD) == 0
        assert desk.send(ABROAD) == 601
        pumped(desk)


def senders(stage: Stage) -> None:
    """Each texts and calls, of those that do; and a code that does not come goes the next road."""
    for first, second, channel in (
        ("eum", "sns", "sms"),
        ("sns", "eum", "sms"),
        ("sns", "notify", "sms"),
        ("sns", "own", "sms"),
        ("eum", "eum", "voice"),
        ("notify", "notify", "voice"),
    ):
        names = dict.fromkeys((first, second))
        settings = f"fallback_after=30 fallback={'voice' if channel == 'voice' else 'sender'}"
        with stage.open(f"{settings} prepaid=true prices=US=1", *names) as (desk, _):
            desk.console.post("balance", amount="9", id="one")
            if channel == "voice":
                assert desk.send(OTHER, smsType="voice") == 0
            assert desk.send(ABROAD) == 0
            pump = Pump()
            pumped(desk, pump)
            stage.clock.pass_(seconds=30)
            pumped(desk, pump)
            went = [(one.sent.sender, one.message.channel) for one in desk.letters(ABROAD)]
            assert went == [(second, channel), (first, "sms")]


def a_fallback_that_cannot_be_paid(stage: Stage) -> None:
    with stage.open("fallback_after=30 prepaid=true prices=US=1", "sns", "eum") as (desk, _):
        desk.console.post("balance", amount="1", id="one")
        desk.console.template("Code", "Here: {{code}}", kind="verification")
        assert desk.send(ABROAD, template="Code") == 0
        pump = Pump()
        pumped(desk, pump)
        stage.clock.pass_(seconds=30)
        pumped(desk, pump)
        assert len(desk.letters(ABROAD)) == 1


def codes_and_their_carrier(stage: Stage) -> None:
    """One comes back, the other does not."""
    with stage.open("", "eum") as (desk, _):
        pump = Pump()
        assert desk.send(ABROAD) == 0
        assert desk.send(OTHER, ttl=30) == 0
        assert desk.verify(desk.code(ABROAD), ABROAD) == 0
        for _ in range(3):
            pumped(desk, pump)
            stage.clock.pass_(minutes=15)
        pumped(desk, pump)
        assert sorted(stage.messaging.feedback.values()) == ["FAILED", "RECEIVED"]


def a_code_that_is_quicker_than_its_record(stage: Stage) -> None:
    """It is handed in, and that is heard, while the carrier still takes it."""
    with stage.open("", "eum") as (desk, _):

        def taken(request: AWSPreparedRequest) -> AWSResponse:
            [code] = re.findall("[0-9]{6}", json.loads(request.body)["MessageBody"])
            reader = Thread(target=handed_in, args=(desk, code))
            reader.start()
            reader.join()
            said = json.dumps({"MessageId": "quick"})
            return AWSResponse(request.url, 200, {}, MockRawResponse(said))

        desk.faults.next("pinpoint-sms-voice-v2.SendTextMessage", taken)
        assert desk.send(ABROAD) == 0
        [row] = RecordRow.scan()
        assert row.status == "verified"
        pumped(desk)


def handed_in(desk: Desk, code: str) -> None:
    assert desk.verify(code, ABROAD) == 0
    events.changed(event(told(LineRow)), None)


def receipts(stage: Stage) -> None:
    with stage.open() as (desk, _):
        assert desk.send() == 0
        [row] = RecordRow.scan()
        events.delivery_log(log(line(row.message_id)), None)
        elsewhere = {"context": {"deployment": "countersign-dev"}, "eventTimestamp": 0}
        for detail in ({"record": row.id}, elsewhere):
            told_of = eum("TEXT_DELIVERED", **detail)
            receive(told_of)
            events.carrier_topic(topic(told_of["detail"]), None)


def hooks_that_are_down(stage: Stage) -> None:
    """Deliveries wait for their timers, and where those are lost for the hour to strike."""
    with stage.open() as (desk, functions):
        functions.hears.down = "TooManyRequestsException"
        assert desk.send() == 0
        pump = Pump()
        pumped(desk, pump)
        stage.clock.pass_(minutes=5)
        pumped(desk, pump)
        lose_timers(desk)
        stage.clock.pass_(hours=2)
        events.overdue(CLOCK_STRIKES, None)
        functions.hears.down = ""
        pumped(desk, pump)
        assert functions.hears.bodies


def what_cannot_be_heard(stage: Stage) -> None:
    with stage.open() as (desk, _):
        assert desk.send() == 0
        assert desk.verify(desk.code()) == 0
        pumped(desk)
        for hear, table in (
            (events.changed, LineRow),
            (events.record_changed, RecordRow),
            (events.hook_due, DeliveryRow),
        ):
            entry: Any = told(table)[-1]
            # No item of any of these tables: each reader stumbles over another part of it.
            broken = {"app": {"S": "x"}, "state": {"S": "due"}, "writer": {"N": "x"}}
            broken |= {"operation": {"M": {}}, "status": {"S": "pending"}}
            entry["dynamodb"] |= {"OldImage": broken, "NewImage": broken}
            assert hear(event([entry]), None) == {"batchItemFailures": []}


def kinds_of_line(stage: Stage) -> None:
    with stage.open("refused_lines=voip", "eum") as (desk, _):
        assert desk.send() == 0


def budgets_and_addresses(stage: Stage) -> None:
    limits = "limit_address=9/1h limit_guesses=9/1h limit_captchas=9/1m budget_floor=1"
    with stage.open(limits) as (desk, _):
        for place in range(3):
            assert desk.send(f"+861861234{place:04}") == 0
            pumped(desk)
        desk.verify("000000", "+8618612340000")
        desk.door.get("requestCaptcha")


SCENES: tuple[Callable[[Stage], None], ...] = (
    captchas_and_codes,
    users,
    the_administrator,
    money_and_limits,
    senders,
    a_fallback_that_cannot_be_paid,
    codes_and_their_carrier,
    a_code_that_is_quicker_than_its_record,
    receipts,
    hooks_that_are_down,
    what_cannot_be_heard,
    kinds_of_line,
    budgets_and_addresses,
)
