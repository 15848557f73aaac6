"""before_send: an app's own function may veto a message, or add values to it."""

from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from tests.conftest import Clock, Decisions, Desk
from tests.faults import no_answer, refusal
from tests.supplier import Supplier
from tests.wire import PHONE

FUNCTION = "countersign-shop-check"


def asked(desk: Desk, answer: Any = None, **settings: str) -> Supplier:
    """A function that is asked before each message, and says *answer*."""
    desk.console.set(before_send=FUNCTION, **settings)
    function = Supplier(answer)
    desk.faults.always("lambda.Invoke", function)
    return function


def test_the_function_is_told_of_the_message_but_not_of_its_code(desk: Desk, clock: Clock) -> None:
    desk.console.template("Welcome", "Hi {{who}}: {{code}}", kind="verification")
    function = asked(desk)

    assert desk.send(template="Welcome", who="Tom") == 0

    [event] = function.events
    record = event["object"]["record"]
    assert event == {
        "version": 1,
        "type": "before_send",
        "object": {
            "record": record,
            "channel": "sms",
            "kind": "verification",
            "purpose": "operation",
            "template": "Welcome",
            "signature": "Countersign",
            "region": "CN",
            "variables": {"who": "Tom"},
            "test": False,
        },
        "app": "countersign-local-app",
        "phone": PHONE,
        "event": record,
        "at": "2040-01-02T12:00:00.000Z",
    }
    assert desk.console.get(f"records/{record}").json["record"]["state"] == "pending"


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("Not on Sundays.", "Not on Sundays."),
        ("今天不发", "今天不发"),
        (True, "The message was vetoed by before_send."),
        ("two\nlines", "The message was vetoed by before_send."),
        ("x" * 300, "x" * 200),
    ],
)
def test_a_veto_is_refused_in_its_own_words(desk: Desk, said: object, text: str) -> None:
    asked(desk, {"veto": said})

    answer = desk.door.post("requestSmsCode", mobilePhoneNumber=PHONE)

    assert (answer.status, answer.json) == (400, {"code": 142, "error": text})
    assert desk.letters() == []


def test_a_veto_spends_no_limit_no_token_and_no_money(desk: Desk, clock: Clock) -> None:
    desk.console.set(prepaid="true", prices="CN=1", captcha_required="true")
    desk.console.post("balance", amount="5", id="one")
    function = asked(desk, {"veto": "no"})
    token = desk.door.get("requestCaptcha").json["captcha_token"]
    service = desk.service.captchas
    app = desk.service.directory.find("countersign-local-app")
    assert app
    captcha = service.captchas.find(app.id, token)
    said = captcha.answer(service.secrets.keyring()) if captcha else ""
    proof = desk.door.post("verifyCaptcha", captcha_token=token, captcha_code=said).json

    for _ in range(12):
        assert desk.send(validate_token=proof["validate_token"]) == 142
    function.answer = None

    assert desk.send(validate_token=proof["validate_token"]) == 0
    assert desk.console.get("balance").json["balance"] == "4"
    assert desk.verify(desk.code()) == 0


def test_a_number_that_is_over_its_limit_asks_no_function(desk: Desk, clock: Clock) -> None:
    function = asked(desk)
    assert desk.send() == 0

    assert desk.send() == 1

    assert len(function.events) == 1


def test_values_are_added_to_those_of_the_request(desk: Desk) -> None:
    desk.console.template("Welcome", "{{greeting}} {{who}}: {{code}}", kind="verification")
    asked(desk, {"variables": {"greeting": "你好", "who": "Ann", "code": "666666", "none": "x"}})

    assert desk.send(template="Welcome", who="Tom") == 0

    [letter] = desk.letters()
    assert letter.message.text == f"【Countersign】你好 Ann: {desk.code()}"
    assert "666666" not in letter.message.text


FAULTS: dict[str, Any] = {
    "no time": no_answer(ReadTimeoutError),
    "no connection": no_answer(ConnectTimeoutError),
    "no function": refusal("ResourceNotFoundException", 404),
    "came to grief": Supplier(None, failed=True),
    "no JSON": Supplier(b"<<"),
    "no object": Supplier(["veto"]),
    "no variables": Supplier({"variables": "x"}),
    "a bracket": Supplier({"variables": {"who": "【Bank】"}}),
    "too long": Supplier({"variables": {"who": "x" * 500}}),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_without_an_answer_the_message_goes_out_if_the_app_will_have_it_so(
    desk: Desk, decisions: Decisions, fault: Any
) -> None:
    desk.console.template("Welcome", "Hi {{who}}: {{code}}", kind="verification")
    asked(desk)
    desk.faults.always("lambda.Invoke", fault)

    assert desk.send(template="Welcome", who="Tom") == 0

    assert desk.letters()[0].message.text.startswith("【Countersign】Hi Tom")
    [said] = decisions("before_send_failed")
    assert said["open"] is True
    assert said["phone"] == "+86186****5678"


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_without_an_answer_nothing_goes_out_if_the_app_will_not_and_no_limit_is_spent(
    desk: Desk, fault: Any
) -> None:
    desk.console.template("Welcome", "Hi {{who}}: {{code}}", kind="verification")
    asked(desk, before_send_open="false")
    desk.faults.always("lambda.Invoke", fault)

    assert [desk.send(template="Welcome", who="Tom") for _ in range(3)] == [602] * 3

    assert desk.letters() == []
    desk.faults.always("lambda.Invoke", Supplier(None))
    assert desk.send(template="Welcome", who="Tom") == 0


@pytest.mark.parametrize("answer", [None, {}, {"veto": False}, {"veto": ""}, {"variables": {}}])
def test_an_answer_without_objection_lets_the_message_go_as_it_is(
    desk: Desk, answer: object
) -> None:
    asked(desk, answer)

    assert desk.send() == 0


def test_an_answer_has_a_second_to_come(desk: Desk) -> None:
    desk.console.set(before_send=FUNCTION)

    config = desk.service.before_send._client.meta.config  # type: ignore[attr-defined]

    assert config.connect_timeout + config.read_timeout == 1
    assert config.retries["total_max_attempts"] == 1


@pytest.mark.parametrize("name", ["somebody-elses", "countersign-", "x" * 200, "https://e.co"])
def test_a_function_that_is_not_the_teams_is_none(desk: Desk, name: str) -> None:
    version = desk.console.get("settings").json["version"]

    answer = desk.console.ask("PUT", "settings", version=version, settings={"before_send": name})

    assert (answer.status, answer.json["field"]) == (400, "before_send")
