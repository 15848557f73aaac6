"""The example functions that are told of events, or asked before a send, do so as they promise."""

import importlib.util
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from jsonschema import Draft202012Validator

from chalicelib.domain.hook_deliveries import DEAD_FOR
from chalicelib.local.embedded import APP_ID
from tests.api.test_hook_deliveries import signs_up
from tests.api.test_hooks import HAPPENINGS
from tests.api.test_operate import Run
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

    with pytest.raises(on_verified.Claimed):  # and Lambda tries again, in a minute
        on_verified.handler(told, None)
    clock.pass_(seconds=60)

    assert on_verified.handler(told, None) == "done"


@pytest.mark.parametrize(("act", "type", "_"), HAPPENINGS.values(), ids=HAPPENINGS)
def test_any_event_can_be_told(
    desk: Desk,
    clock: Clock,
    on_verified: ModuleType,
    capsys: pytest.CaptureFixture[str],
    act: Callable[[Desk, Clock], None],
    type: str,
    _: object,
) -> None:
    hook = hooked(desk, type)
    act(desk, clock)
    pumped(desk)
    capsys.readouterr()

    for body in hook.bodies:
        assert on_verified.handler(body, None) == "done"

    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["at"] for line in said] == [body["at"] for body in hook.bodies]
    assert "18612345" not in str(said)


def test_whoever_is_told_while_it_is_being_done_comes_later(
    on_verified: ModuleType, told: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def react(event: dict[str, Any]) -> None:
        with pytest.raises(on_verified.Claimed):
            on_verified.handler(event, None)

    monkeypatch.setattr(on_verified, "react", react)

    assert on_verified.handler(told, None) == "done"


def test_nothing_is_done_that_cannot_be_claimed(
    on_verified: ModuleType, told: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    boto3.client("dynamodb").delete_table(TableName="events")
    monkeypatch.setattr(on_verified, "react", lambda _: pytest.fail("it was done"))

    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        on_verified.handler(told, None)


def test_an_id_is_kept_longer_than_a_dead_letter_and_nothing_with_it(
    on_verified: ModuleType, told: dict[str, Any], clock: Clock
) -> None:
    on_verified.handler(told, None)

    [item] = boto3.client("dynamodb").scan(TableName="events")["Items"]
    assert set(item) == {"event", "expires"}
    assert int(item["expires"]["N"]) > time.time() + DEAD_FOR.total_seconds()


def test_a_claim_outlasts_its_function_but_not_lambdas_pause(on_verified: ModuleType) -> None:
    template = (EXAMPLES / "on_verified" / "template.yaml").read_text()
    [timeout] = re.findall(r"^ +Timeout: (\d+)$", template, re.MULTILINE)

    assert int(timeout) < on_verified.CLAIMED_FOR < 60


def test_an_event_of_another_version_is_not_misread(
    on_verified: ModuleType, told: dict[str, Any], before_send: Callable[[str], ModuleType]
) -> None:
    for handler in (on_verified.handler, before_send("CN").handler):
        with pytest.raises(ValueError, match="version 2"):
            handler({**told, "version": 2}, None)


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


COMMANDS = {
    "on_verified": "shop  function  countersign-on-verified  login_locked, phone_verified",
    "before_send": "countersign-before-send",
}


@pytest.mark.parametrize("file", ["README.md", "README.zh.md"])
@pytest.mark.parametrize("name", COMMANDS)
def test_the_readmes_command_names_the_function(
    desk: Desk, capsys: pytest.CaptureFixture[str], name: str, file: str
) -> None:
    text = (EXAMPLES / name / file).read_text("utf-8").replace("\\\n", "")
    [said] = re.findall(
        "^.venv/bin/python -m chalicelib.operate --stage prod (.+)$", text, re.MULTILINE
    )
    run = Run(desk, capsys)

    run(*said.replace("APP_ID", APP_ID).split())

    assert COMMANDS[name] in run("hooks", "list", APP_ID) + run("show", APP_ID)


@pytest.mark.parametrize("name", ["on_verified", "before_send"])
def test_a_template_sets_what_the_function_reads(name: str) -> None:
    template = (EXAMPLES / name / "template.yaml").read_text()
    variables = template.partition("        Variables:\n")[2].partition("\n\n")[0]
    told = {line.split(":")[0].strip() for line in variables.splitlines()}

    code = (EXAMPLES / name / "function.py").read_text()

    assert set(re.findall(r'os\.environ(?:\[|\.get\()"(\w+)"', code)) == told


@pytest.mark.parametrize("name", ["on_verified", "before_send"])
def test_cfn_lint_finds_nothing_in_the_templates(name: str) -> None:
    program = str(Path(sys.executable).with_name("cfn-lint"))
    template = str(EXAMPLES / name / "template.yaml")

    ran = subprocess.run([program, template], capture_output=True, text=True)

    assert (ran.stdout.strip(), ran.returncode) == ("", 0), ran.stderr
