"""The example functions that are told of events, or asked before a send, do so as they promise."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from jsonschema import Draft202012Validator

from tests.api.test_hook_deliveries import signs_up
from tests.conftest import Clock, Desk
from tests.hooks import hooked, pumped
from tests.server import ROOT
from tests.supplier import Supplier

EXAMPLES = ROOT / "examples"


def loaded(name: str) -> ModuleType:
    """An example's function, as a new sandbox imports it."""
    path = EXAMPLES / name / "function.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def on_verified(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("TABLE", "events")
    boto3.client("dynamodb").create_table(
        TableName="events",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "event", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "event", "KeyType": "HASH"}],
    )
    return loaded("on_verified")


@pytest.fixture
def before_send(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    def load(regions: str) -> ModuleType:
        monkeypatch.setenv("ALLOWED_REGIONS", regions)
        return loaded("before_send")

    return load


@pytest.fixture
def told(desk: Desk, clock: Clock) -> dict[str, Any]:
    """What the service tells of a verified phone."""
    hook = hooked(desk)
    signs_up(desk)
    pumped(desk)
    [body] = hook.bodies
    return body


def test_an_event_that_comes_twice_is_done_once(
    on_verified: ModuleType, told: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert on_verified.handler(told, None) == "done"
    assert on_verified.handler(told, None) == "done before"

    said = capsys.readouterr().out.strip().splitlines()[-1]
    assert json.loads(said) == {"verified": told["object"]["objectId"], "at": told["at"]}
    assert "18612345678" not in said


def test_an_event_whose_doer_died_is_done_by_the_next(
    on_verified: ModuleType,
    told: dict[str, Any],
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(on_verified, "react", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            on_verified.handler(told, None)

    with pytest.raises(on_verified.Claimed):  # and Lambda tries again
        on_verified.handler(told, None)
    clock.pass_(seconds=61)

    assert on_verified.handler(told, None) == "done"


@pytest.mark.parametrize("type", ["login_locked", "sent"])
def test_any_event_can_be_told(on_verified: ModuleType, told: dict[str, Any], type: str) -> None:
    other = {**told, "type": type, "object": {"user": None}, "event": "0" * 32}

    assert on_verified.handler(other, None) == "done"


@pytest.fixture
def asking(desk: Desk) -> Callable[[ModuleType], None]:
    """Lets a function be asked before each message, by what the service sends to Lambda."""

    def ask(module: ModuleType) -> None:
        desk.console.set(before_send="countersign-before-send", international_allowed="true")

        class Asked(Supplier):
            def __call__(self, request: Any) -> Any:
                self.answer = module.handler(json.loads(request.body), None)
                return super().__call__(request)

        desk.faults.always("lambda.Invoke", Asked(None))

    return ask


def test_a_greeting_is_added_in_the_phones_language(
    desk: Desk, asking: Callable[[ModuleType], None], before_send: Callable[[str], ModuleType]
) -> None:
    desk.console.template("Welcome", "{{greeting}}, {{code}}", kind="verification")
    asking(before_send(""))

    assert desk.send("+8618612345678", template="Welcome") == 0
    assert desk.send("+12065550100", template="Welcome") == 0

    assert "您好, " in desk.letters("+8618612345678")[0].message.text
    assert "Hello, " in desk.letters("+12065550100")[0].message.text


def test_other_regions_are_vetoed(
    desk: Desk, asking: Callable[[ModuleType], None], before_send: Callable[[str], ModuleType]
) -> None:
    asking(before_send("CN,HK"))

    assert desk.send("+8618612345678") == 0
    answer = desk.door.post("requestSmsCode", mobilePhoneNumber="+12065550100")

    assert answer.json == {"code": 142, "error": "Messages are not sent to that region."}


@pytest.mark.parametrize(
    ("name", "schema"), [("on_verified", "phone_verified"), ("before_send", "before_send")]
)
def test_the_events_beside_the_examples_are_as_the_schemas_say(name: str, schema: str) -> None:
    event = json.loads((EXAMPLES / name / "event.json").read_text("utf-8"))

    told = json.loads((ROOT / "schemas" / f"{schema}.json").read_text("utf-8"))
    Draft202012Validator(told).validate(event)


@pytest.mark.parametrize("name", ["on_verified", "before_send"])
def test_cfn_lint_finds_nothing_in_the_templates(name: str) -> None:
    program = str(Path(sys.executable).with_name("cfn-lint"))
    template = str(EXAMPLES / name / "template.yaml")

    ran = subprocess.run([program, template], capture_output=True, text=True)

    assert (ran.stdout.strip(), ran.returncode) == ("", 0), ran.stderr
