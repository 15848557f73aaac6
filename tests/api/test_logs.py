"""What the log of a whole scenario tells, and what it never does."""

import json
import re

import pytest

from chalicelib import logs
from chalicelib.local.embedded import APP_KEY, MASTER_KEY
from tests.api.test_captchas import offered, reading
from tests.api.test_sms import wrong
from tests.conftest import Clock, Decisions, Desk, Opener
from tests.faults import refusal
from tests.wire import KEY, MASTER, PHONE, Door


def scenario(desk: Desk, clock: Clock) -> set[str]:
    """All that a day brings; the secrets that came up."""
    secrets = {APP_KEY, MASTER_KEY, PHONE, PHONE[3:]}
    token, _ = offered(desk.door)
    answer = reading(desk, token)
    said = desk.door.post("verifyCaptcha", captcha_token=token, captcha_code=answer)
    proof = said.json["validate_token"]
    secrets |= {token, answer, proof, proof.partition(".")[2]}
    desk.send(validate_token=proof)
    desk.send(validate_token=proof)
    secrets.add(desk.code())
    for guess in wrong(desk.code(), 2):
        desk.verify(guess)
        secrets.add(guess)
    desk.verify(desk.code())
    desk.verify(desk.code())
    clock.pass_(minutes=1)
    desk.faults.next("sns.Publish", refusal("Throttled", xml=True))
    desk.send()
    desk.send(smsType="voice")
    desk.send("+19002345678")
    Door({**KEY, "X-LC-Key": "wrong-key"}).post("requestSmsCode", mobilePhoneNumber=PHONE)
    Door(MASTER).post("requestSmsCode", mobilePhoneNumber=PHONE, name="【x】")
    desk.door.send("POST", f"/1.1/verifySmsCode/{desk.code()}", b"{")
    desk.faults.always("dynamodb.UpdateItem", refusal("InternalServerError", 500))
    desk.send("+8613812345678")
    return secrets


def test_no_secret_reaches_the_log(
    open_desk: Opener, clock: Clock, decisions: Decisions, caplog: pytest.LogCaptureFixture
) -> None:
    desk = open_desk(SENDERS="sns")

    with caplog.at_level("DEBUG", logger="countersign"):
        secrets = scenario(desk, clock)

    log = json.dumps(decisions(), ensure_ascii=False) + caplog.text
    assert [secret for secret in secrets if secret in log] == []
    assert not re.search(r"\+[0-9]{8,}", re.sub(r'"at": "[^"]+"', "", log))
    assert "+86186****5678" in log


def test_every_decision_is_one_line_with_its_reason(
    open_desk: Opener, clock: Clock, decisions: Decisions
) -> None:
    scenario(open_desk(SENDERS="sns"), clock)

    told = [(line["event"], line.get("code"), line.get("reason")) for line in decisions()]
    assert told == [
        ("sent", None, None),
        ("refused", 608, "unknown, spent or expired"),
        ("refused", 603, "wrong"),
        ("refused", 603, "wrong"),
        ("verified", None, None),
        ("refused", 603, "spent"),
        ("not_sent", None, "sns: Throttled"),
        ("refused", 602, "sns: Throttled"),
        ("refused", 602, "no sender carries voice"),
        ("refused", 127, "not reached by sms"),
        ("refused", 401, "wrong key"),
        ("refused", 606, "name holds a signature's brackets"),
        ("refused", 107, "JSONDecodeError"),
        ("refused", 503, "InternalServerError"),
    ]
    assert all({"at", "path"} <= set(line) for line in decisions("refused"))
    assert all({"app", "phone", "record"} <= set(line) for line in decisions("sent"))


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("to +8618612345678 failed", "to *** failed"),
        ("code 012345.", "code ***."),
        ("186 1234 5678", "***"),
        ("token GCZHJtRb6TvPIYOCgINx8hkT", "token ***"),
        (
            "An error occurred (AccessDenied) when calling",
            "An error occurred (AccessDenied) when calling",
        ),
        ("1234deadbeef5678cafe", "***"),
        ("line 42", "line 42"),
    ],
)
def test_an_errors_own_words_are_scrubbed(text: str, scrubbed: str) -> None:
    assert logs.scrub(text) == scrubbed
