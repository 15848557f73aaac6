"""The example functions hand messages to their suppliers, at most once, and say what became of it.

Each test runs once with either example, in an environment with the supplier's own SDK, against a
stand-in of the supplier that checks requests as the supplier documents them: see `tests/examples`.
"""

import ast
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from chalicelib.senders.function import Function
from tests.examples.cloud import Cloud, cloud
from tests.examples.suppliers import (
    KEY_ID,
    REGION,
    SDK_APP_ID,
    SECRET,
    Reply,
    Supplier,
    supplier,
)
from tests.messages import MESSAGE
from tests.server import ROOT

pytestmark = pytest.mark.sdk

EXAMPLES = ("aliyun", "tencent")
PYTHON = ROOT / ".venv-examples" / "bin" / "python"
READY = ROOT / ".venv-examples" / ".ready"
TABLE, KEY = "records", "/countersign/supplier/key"
PHONE, CODE = "+8618612345678", "314159"

NO_PARAMETERS: dict[str, Any] = {"parameters": [], "parameterNames": []}
CODE_TEMPLATES = {"aliyun": "SMS_2:code", "tencent": "2222:code,ttl"}

#: What a team relies on, whatever else is in the tables.
MEANINGS = {
    "aliyun": {
        "isv.MOBILE_NUMBER_ILLEGAL": "rejected",
        "isv.BUSINESS_LIMIT_CONTROL": "rejected",
        "isv.BLACK_KEY_CONTROL_LIMIT": "rejected",
        "isv.CUSTOMER_REFUSED": "rejected",
        "isv.PARAM_LENGTH_LIMIT": "rejected",
        "isv.DENY_IP_RANGE": "unavailable",
        "isv.OUT_OF_SERVICE": "unavailable",
        "isv.AMOUNT_NOT_ENOUGH": "unavailable",
        "isv.DAY_LIMIT_CONTROL": "unavailable",
        "isv.SMS_SIGNATURE_ILLEGAL": "declined",
        "isv.SMS_TEMPLATE_ILLEGAL": "declined",
        "isv.SOMETHING_NEW": "unavailable",
        "isp.RAM_PERMISSION_DENY": "unavailable",
        "InvalidAccessKeyId.NotFound": "unavailable",
        "SignatureDoesNotMatch": "unavailable",
        "Throttling.User": "unavailable",
        "isp.SYSTEM_ERROR": "unknown",
        "ServiceUnavailable": "unknown",
        "NobodyKnowsThis": "unknown",
    },
    "tencent": {
        "InvalidParameterValue.IncorrectPhoneNumber": "rejected",
        "FailedOperation.PhoneNumberInBlacklist": "rejected",
        "FailedOperation.ContainSensitiveWord": "rejected",
        "LimitExceeded.PhoneNumberDailyLimit": "rejected",
        "LimitExceeded.PhoneNumberThirtySecondLimit": "rejected",
        "FailedOperation.InsufficientBalanceInSmsPackage": "unavailable",
        "FailedOperation.SignatureIncorrectOrUnapproved": "declined",
        "FailedOperation.TemplateIncorrectOrUnapproved": "declined",
        "FailedOperation.SomethingNew": "unavailable",
        "AuthFailure.SignatureFailure": "unavailable",
        "AuthFailure.SecretIdNotFound": "unavailable",
        "LimitExceeded.AppDailyLimit": "unavailable",
        "RequestLimitExceeded": "unavailable",
        "RequestLimitExceeded.UinLimitExceeded": "unavailable",
        "UnauthorizedOperation.ServiceSuspendDueToArrears": "unavailable",
        "UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone": "declined",
        "InternalError": "unknown",
        "InternalError.Timeout": "unknown",
        "NobodyKnowsThis": "unknown",
    },
}

Answer = dict[str, str]


class Sandbox:
    """One example function in a process of its own, as Lambda has it."""

    def __init__(self, name: str, folder: Path, **environ: str) -> None:
        with (folder / "printed").open("ab") as printed:
            self.process = subprocess.Popen(
                [
                    str(PYTHON),
                    str(ROOT / "tests/examples/sandbox.py"),
                    str(ROOT / "examples" / name),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=printed,
                text=True,
                encoding="utf-8",
                env={"PATH": os.environ["PATH"], "DEBUG": "sdk", **environ},
            )

    def __call__(self, event: Mapping[str, Any]) -> Answer:
        """What the function answers to *event*; raises AssertionError if it raises or dies."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(event) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "it died"
        said: dict[str, Any] = json.loads(line)
        assert "answer" in said, said
        answer: Answer = said["answer"]
        return answer

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


class Stage:
    """An example, its supplier and its AWS."""

    def __init__(self, name: str, supplier: Supplier, cloud: Cloud, folder: Path) -> None:
        self.name = name
        self.supplier = supplier
        self.cloud = cloud
        self._folder = folder
        self._records = count(1)
        self._sandboxes: list[Sandbox] = []
        cloud.table(TABLE)
        self.clear()
        #: The function, deployed for the mainland and without a template of codes.
        self.function = self.start()

    def clear(self) -> None:
        """Forget what was said and heard, and put right what was broken."""
        self.supplier.replies, self.supplier.heard, self.supplier.complaints = [], [], []
        self.supplier.slow = 0.0
        self.cloud.broken, self.cloud.heard = set(), []
        self.cloud.secret(KEY, json.dumps({"id": KEY_ID, "secret": SECRET}))

    def start(self, **environ: str) -> Sandbox:
        """A new sandbox of the function; what the template sets is set, *environ* aside."""
        sandbox = Sandbox(
            self.name,
            self._folder,
            **{
                "AWS_ENDPOINT_URL": self.cloud.url,
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "TABLE": TABLE,
                "KEY_PARAMETER": KEY,
                "CODE_TEMPLATE": "",
                "REGIONS": "CN",
                "ENDPOINT": self.supplier.url,
                "SDK_APP_ID": SDK_APP_ID,
                "REGION": REGION,
                **environ,
            },
        )
        self._sandboxes.append(sandbox)
        return sandbox

    def event(self, **fields: object) -> dict[str, Any]:
        """The example's own event with a record of its own, *fields* aside."""
        event = json.loads((ROOT / "examples" / self.name / "event.json").read_text("utf-8"))
        return {**event, "record": f"{next(self._records):032x}", **fields}

    def kept(self, event: Mapping[str, Any]) -> dict[str, Any] | None:
        """What the table has of the record of *event*."""
        items = self.cloud.records(TABLE)
        return next((item for item in items if item["record"]["S"] == event["record"]), None)

    @property
    def printed(self) -> str:
        """All that its sandboxes have written."""
        return (self._folder / "printed").read_text("utf-8")

    def end(self) -> None:
        for sandbox in self._sandboxes:
            sandbox.end()


@pytest.fixture(scope="module", params=EXAMPLES)
def deployed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """An example, deployed once for all tests."""
    if not READY.exists():
        lacking = "the suppliers' SDKs are not set up: `python -m tools.examples` does it"
        if os.environ.get("CI") == "true":
            pytest.fail(lacking)
        pytest.skip(lacking)
    with cloud() as aws, supplier(request.param) as carrier:
        stage = Stage(request.param, carrier, aws, tmp_path_factory.mktemp(request.param))
        yield stage
        stage.end()


@pytest.fixture
def stage(deployed: Stage) -> Iterator[Stage]:
    """The stage anew; at the test's end the supplier had no complaint, and no secret is out."""
    deployed.clear()
    yield deployed
    assert deployed.supplier.complaints == []
    for secret in (CODE, PHONE.removeprefix("+86"), KEY_ID, SECRET):
        assert secret not in deployed.printed
    assert CODE not in str(deployed.cloud.records(TABLE))


@pytest.fixture
def function(stage: Stage) -> Sandbox:
    """The function, as it was for the tests before."""
    return stage.function


def faults(name: str) -> dict[str, dict[str, str]]:
    """The table of an example, read without its SDK."""
    tree = ast.parse((ROOT / "examples" / name / "function.py").read_text("utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "FAULTS":
            table: dict[str, dict[str, str]] = ast.literal_eval(node.value)
            return table
    raise AssertionError(f"{name} has no table of faults")


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_event_has_the_fields_that_countersign_tells(name: str) -> None:
    shown = json.loads((ROOT / "examples" / name / "event.json").read_text("utf-8"))

    told = Function(name, "countersign-example").event(MESSAGE, now=datetime.now(UTC))

    assert list(shown) == list(told)
    assert {field: type(value) for field, value in shown.items() if told[field] is not None} == {
        field: type(value) for field, value in told.items() if value is not None
    }


def test_a_message_is_handed_over_as_the_supplier_documents(
    stage: Stage, function: Sandbox
) -> None:
    event = stage.event()

    said = function(event)

    assert said["status"] == "accepted"
    assert said["messageId"]
    (heard,) = stage.supplier.heard
    expected: dict[str, dict[str, Any]] = {
        "aliyun": {
            "to": "18612345678",
            "template": "SMS_154950909",
            "values": {"code": CODE},
        },
        "tencent": {"to": PHONE, "template": "1110", "values": [CODE, "10"]},
    }
    assert heard.said == {"signature": "Shop", "record": event["record"], **expected[stage.name]}


def test_a_notices_values_arrive_and_no_others(stage: Stage, function: Sandbox) -> None:
    told = {
        "kind": "notice",
        "template": "Order_Notice",
        "parameters": ["7623", "顺丰 & 中通"],
        "parameterNames": ["order", "by"],
        "variables": {"name": "天天商城", "sign": "天天", "order": "7623", "by": "顺丰 & 中通"},
        "signature": "天天",
        "code": None,
        "expiresAt": None,
    }

    assert function(stage.event(**told))["status"] == "accepted"

    values = stage.supplier.heard[0].said["values"]
    assert values in ({"order": "7623", "by": "顺丰 & 中通"}, ["7623", "顺丰 & 中通"])
    assert stage.supplier.heard[0].said["signature"] == "天天"


def test_a_template_without_variables_is_given_none(stage: Stage, function: Sandbox) -> None:
    event = stage.event(kind="notice", template="Welcome", **NO_PARAMETERS, code=None)

    assert function(event)["status"] == "accepted"

    assert not stage.supplier.heard[0].said["values"]


def test_a_number_abroad_is_spelt_as_the_supplier_wants_it(stage: Stage) -> None:
    function = stage.start(REGIONS="")

    assert function(stage.event(to="+85260001234", region="HK"))["status"] == "accepted"

    expected = {"aliyun": "85260001234", "tencent": "+85260001234"}
    assert stage.supplier.heard[0].said["to"] == expected[stage.name]


def test_a_code_without_a_template_takes_the_one_for_codes(stage: Stage) -> None:
    function = stage.start(CODE_TEMPLATE=CODE_TEMPLATES[stage.name])

    said = function(stage.event(template=None, templateId=None, **NO_PARAMETERS))

    assert said["status"] == "accepted"
    heard = stage.supplier.heard[0].said
    assert (heard["template"], heard["values"]) in [
        ("SMS_2", {"code": CODE}),
        ("2222", [CODE, "10"]),
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"channel": "voice"},
        {"region": "US", "to": "+12025550123"},
        {"version": 2},
        {"template": None, "templateId": None, **NO_PARAMETERS},
        {"templateId": None, **NO_PARAMETERS},
        {"kind": "notice", "template": None, "templateId": None, **NO_PARAMETERS},
    ],
    ids=str,
)
def test_what_is_not_for_it_is_left_to_the_next_sender(
    stage: Stage, function: Sandbox, fields: dict[str, Any]
) -> None:
    said = function(stage.event(**fields))

    assert said["status"] == "declined"
    assert said["reason"]
    assert stage.supplier.heard == []
    assert stage.cloud.heard == []


def test_a_template_for_codes_sends_no_other_template(stage: Stage) -> None:
    function = stage.start(CODE_TEMPLATE=CODE_TEMPLATES[stage.name])

    for fields in ({"template": "Other"}, {"template": None, "kind": "notice"}):
        said = function(stage.event(templateId=None, **NO_PARAMETERS, **fields))
        assert said["status"] == "declined"

    assert stage.supplier.heard == []


def test_every_code_of_the_table_says_what_it_means(stage: Stage, function: Sandbox) -> None:
    table = faults(stage.name)
    expected = {code: status for status, known in table.items() for code in known}
    for code, status in (expected | MEANINGS[stage.name]).items():
        for reply in stage.supplier.faults(code):
            stage.supplier.replies = [reply]

            said = function(stage.event())

            assert said["status"] == status, (code, said)
            assert said["reason"].startswith(code)
            # Countersign cuts longer ones, and strikes out what looks like a number.
            assert len(said["reason"]) <= 100
            assert said["reason"].isprintable()


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_table_gives_each_code_one_meaning(name: str) -> None:
    codes = [code for known in faults(name).values() for code in known]

    assert len(codes) == len(set(codes))
    for code, status in MEANINGS[name].items():
        family = code.partition(".")[0]
        stands = {status for status, known in faults(name).items() if code in known} or {
            status for status, known in faults(name).items() if family in known
        }
        assert stands in ({status}, set())


def test_a_repeated_record_sends_once_and_hears_the_same(stage: Stage, function: Sandbox) -> None:
    event = stage.event()
    refused = stage.supplier.faults("NobodyKnowsThis")[0]

    first = function(event)
    stage.supplier.replies = [refused]

    assert function(event) == first
    assert stage.start()(event) == first  # and so it is in another sandbox
    assert len(stage.supplier.heard) == 1


@pytest.mark.parametrize("status", ["rejected", "unavailable", "unknown"])
def test_a_refusal_is_repeated_too(stage: Stage, function: Sandbox, status: str) -> None:
    code = next(code for code, meant in MEANINGS[stage.name].items() if meant == status)
    stage.supplier.replies = [stage.supplier.faults(code)[0]]
    event = stage.event()

    first = function(event)

    assert first["status"] == status
    assert function(event) == first
    assert len(stage.supplier.heard) == 1


def test_one_record_in_many_sandboxes_is_sent_once(stage: Stage) -> None:
    stage.supplier.slow = 0.2
    event, answers = stage.event(), []
    sandboxes = [stage.start() for _ in range(4)]
    threads = [Thread(target=lambda one=one: answers.append(one(event))) for one in sandboxes]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    # Who comes while it is being sent cannot know what will become of it.
    assert {said["status"] for said in answers} <= {"accepted", "unknown"}
    assert len(stage.supplier.heard) == 1


LOST: dict[str, Reply] = {
    "no word": Reply(close=True),
    "nothing": Reply(),
    "no JSON": Reply(body=b"<html>busy</html>", kind="text/html"),
    "no JSON, and a fault": Reply(502, b"<html>18612345678 314159</html>", kind="text/html"),
    "an empty object": Reply(body=b"{}"),
    "a list": Reply(body=b"[]"),
    "an empty response": Reply(body=b'{"Response": {"RequestId": "1", "SendStatusSet": []}}'),
}


@pytest.mark.parametrize("how", LOST)
def test_a_lost_reply_counts_as_perhaps_sent(stage: Stage, function: Sandbox, how: str) -> None:
    stage.supplier.replies = [LOST[how]]
    event = stage.event()

    said = function(event)

    assert said["status"] == "unknown"
    assert function(event) == said
    assert len(stage.supplier.heard) == 1, "the SDK tried again"


def test_an_answer_comes_before_countersign_hangs_up(stage: Stage, function: Sandbox) -> None:
    function(stage.event())
    stage.supplier.slow = 5
    began = time.monotonic()

    said = function(stage.event())

    assert said["status"] == "unknown"
    assert time.monotonic() - began < 4.5


def test_a_supplier_out_of_reach_is_unavailable(stage: Stage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    said = stage.start(ENDPOINT=f"http://127.0.0.1:{port}")(stage.event())

    assert said["status"] == "unavailable"
    nowhere = stage.start(ENDPOINT="http://supplier.invalid")(stage.event())
    assert nowhere["status"] == "unavailable"


def test_a_sandbox_that_dies_while_sending_has_perhaps_sent(stage: Stage) -> None:
    doomed, event = stage.start(), stage.event()
    stage.supplier.replies = [Reply(first=doomed.process.kill, close=True)]

    with pytest.raises(AssertionError, match="it died"):
        doomed(event)

    assert stage.start()(event)["status"] == "unknown"
    assert len(stage.supplier.heard) == 1


def test_nothing_is_sent_that_cannot_be_claimed(stage: Stage, function: Sandbox) -> None:
    stage.cloud.broken = {"PutItem"}
    event = stage.event()

    assert function(event)["status"] == "unavailable"
    assert stage.supplier.heard == []
    assert stage.cloud.heard.count("PutItem") == 1  # a retry would meet its own claim

    stage.cloud.broken = set()
    assert function(event)["status"] == "accepted"


def test_an_answer_that_cannot_be_kept_is_given_all_the_same(
    stage: Stage, function: Sandbox
) -> None:
    stage.cloud.broken = {"UpdateItem"}
    event = stage.event()

    assert function(event)["status"] == "accepted"
    assert function(event)["status"] == "unknown"
    assert len(stage.supplier.heard) == 1


@pytest.mark.parametrize(
    "secret",
    ["", "not JSON secretofthesupplierskey", "{}", '{"id": "AKIDexampleexample", "secret": ""}'],
)
def test_without_a_key_nothing_is_sent(stage: Stage, secret: str) -> None:
    if secret:
        stage.cloud.secret(KEY, secret)
    else:
        stage.cloud.broken = {"GetParameter"}
    event = stage.event()

    said = stage.start()(event)

    assert said["status"] == "unavailable"
    assert stage.supplier.heard == []
    assert stage.kept(event) is None  # with the key put right, the same record can be sent


def test_a_sandbox_reads_the_key_once(stage: Stage) -> None:
    function = stage.start()

    for _ in range(3):
        function(stage.event())

    assert stage.cloud.heard.count("GetParameter") == 1


def test_a_record_is_kept_for_a_day_with_nothing_but_its_answer(
    stage: Stage, function: Sandbox
) -> None:
    event = stage.event()

    said = function(event)

    kept = stage.kept(event) or {}
    assert set(kept) == {"record", "expires", "answer"}
    assert json.loads(kept["answer"]["S"]) == said
    assert abs(int(kept["expires"]["N"]) - time.time() - 24 * 60 * 60) < 60


def test_no_connection_sleeps_with_the_sandbox(stage: Stage, function: Sandbox) -> None:
    for _ in range(2):
        function(stage.event())

    one, other = stage.supplier.heard
    assert one.connection is not other.connection


def test_one_line_a_message_is_printed(stage: Stage, function: Sandbox) -> None:
    event = stage.event()

    said = function(event)

    (line,) = [json.loads(line) for line in stage.printed.splitlines() if event["record"] in line]
    assert line.pop("ms") >= 0
    assert line == {"record": event["record"], "region": "CN", **said}


def test_the_examples_share_their_plumbing_to_the_letter() -> None:
    one, *others = [(ROOT / "examples" / name / "plumbing.py").read_text() for name in EXAMPLES]

    assert others == [one]


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_function_is_short(name: str) -> None:
    assert len((ROOT / "examples" / name / "function.py").read_text().splitlines()) < 200


def test_the_templates_are_clean() -> None:
    files = [str(ROOT / "examples" / name / "template.yaml") for name in EXAMPLES]

    program = str(Path(sys.executable).with_name("cfn-lint"))
    done = subprocess.run([program, *files], capture_output=True, text=True)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_template_sets_what_the_function_reads(name: str) -> None:
    folder = ROOT / "examples" / name
    variables = (folder / "template.yaml").read_text().partition("        Variables:\n")[2]
    told = {line.split(":")[0].strip() for line in variables.partition("\n\n")[0].splitlines()}

    code = "".join((folder / file).read_text() for file in ("function.py", "plumbing.py"))

    assert set(re.findall(r'os\.environ\["(\w+)"\]', code)) == told
