"""A deployment does what the desk does: from its package, with its roles, behind its gateway.

Each SDK goes through the whole of its work, with a captcha read before each send.  The parts of
it are tested elsewhere; that they hold together in the account of a team is tested here.
"""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chalicelib.local.embedded import MASTER_KEY
from chalicelib.local.receipts import Taken
from tests.e2e import listener
from tests.e2e.cloud import names
from tests.e2e.load import calling
from tests.e2e.stage import Stage, come_to, ended
from tests.sdks import Sdk, refused

pytestmark = pytest.mark.e2e

PASSWORD = "correct horse"
MASTER = f"{MASTER_KEY},master"

#: How pictures are asked for: by browsers, and by all that takes anything.
ACCEPTS = {
    "Chrome": "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
    "Safari": "image/webp,image/avif,image/jxl,image/heic,image/*;q=0.8,*/*;q=0.5",
    "curl": "*/*",
}


def until(look: Callable[[], object], seconds: float = 20) -> None:
    """Wait until *look* sees something."""
    limit = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < limit, "it does not happen"
        time.sleep(0.1)


def proof(sdk: Sdk, stage: Stage) -> str:
    """What a person gets for reading a captcha."""
    token: str = sdk("solve", reading=stage.read(sdk("captcha")["token"]))
    return token


def test_a_code_is_sent_to_who_read_a_captcha_and_opens_once(sdk: Sdk, dev: Stage, phone: str):
    with refused(608):
        sdk("send", phone=phone)
    sdk("send", phone=phone, token=proof(sdk, dev))
    code = dev.code_to(phone)

    sdk("verify", phone=phone, code=code)
    with refused(603):
        sdk("verify", phone=phone, code=code)


def test_one_signs_up_by_a_code_and_logs_in_by_the_next(sdk: Sdk, dev: Stage, phone: str):
    sdk("send", phone=phone, token=proof(sdk, dev))
    user = sdk("enter", phone=phone, code=dev.code_to(phone))
    sdk("log_out")

    sdk("ask_to_log_in", phone=phone, token=proof(sdk, dev))
    again = sdk("log_in_by_code", phone=phone, code=dev.code_to(phone))

    assert again["objectId"] == user["objectId"]
    assert sdk("become", token=again["sessionToken"])["mobilePhoneNumber"] == phone


def test_one_signs_up_with_a_password_verifies_the_phone_and_comes_back(
    sdk: Sdk, dev: Stage, phone: str
):
    user = sdk("sign_up", username=f"reader {phone}", password=PASSWORD, mobilePhoneNumber=phone)
    sdk("ask_to_verify", phone=phone, token=proof(sdk, dev))
    sdk("verify_phone", phone=phone, code=dev.code_to(phone))
    sdk("log_out")

    with refused(210):
        sdk("log_in_by_phone", phone=phone, password="guessed")
    again = sdk("log_in_by_phone", phone=phone, password=PASSWORD)

    assert again["objectId"] == user["objectId"]
    assert sdk("fetch")["mobilePhoneVerified"] is True
    assert sdk("authenticated") is True


@pytest.mark.parametrize("accept", ACCEPTS.values(), ids=ACCEPTS)
def test_a_captcha_is_a_picture_at_the_address_that_clients_are_told(dev: Stage, accept: str):
    told = dev.ask("GET", "/1.1/requestCaptcha").json

    picture = dev.ask("GET", told["captcha_url"], headers={"Accept": accept})

    assert picture.status == 200
    assert picture.headers["Content-Type"] == "image/png"
    assert picture.raw.startswith(b"\x89PNG\r\n\x1a\n")


def test_a_browser_may_send_the_keys_from_any_page(dev: Stage):
    asked = {
        "Origin": "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,x-lc-id,x-lc-key,x-lc-session,x-lc-ua",
    }
    answer = dev.ask("OPTIONS", "/1.1/requestSmsCode", headers=asked)

    allowed = answer.headers["Access-Control-Allow-Headers"].lower().split(",")
    assert answer.status == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert set(asked["Access-Control-Request-Headers"].split(",")) <= set(allowed)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH"])
def test_what_nobody_serves_is_refused_in_our_words(dev: Stage, method: str):
    """By the function, and by the gateway where it asks no function."""
    answer = dev.ask(method, "/1.1/nothing/here")

    assert answer.status == 404
    assert answer.code == 404


def test_a_hook_hears_once_whose_phone_was_verified(dev: Stage, phone: str):
    assert dev.post("requestSmsCode", key=MASTER, mobilePhoneNumber=phone).code == 0
    user = dev.post("usersByMobilePhone", mobilePhoneNumber=phone, smsCode=dev.code_to(phone)).json

    def heard() -> list[dict[str, Any]]:
        return [said for said in listener.heard(dev.cloud) if said["phone"] == f"+86{phone}"]

    until(heard)
    event = heard()[0]["event"]
    until(lambda: [one for one in dev.items("deliveries") if delivered(one, event)])
    [said] = heard()

    assert said["type"] == "sms"
    assert said["app"] == dev.app
    assert said["object"]["objectId"] == user["objectId"]
    assert said["object"]["mobilePhoneVerified"] is True


def test_end_user_messaging_sends_and_hears_that_the_code_came_back(prod: Stage, phone: str):
    taken, code = taken_by_messaging(prod, phone)

    assert prod.post(f"verifySmsCode/{code}", mobilePhoneNumber=phone).code == 0

    until(lambda: prod.cloud.messaging.feedback.get(taken.id))
    assert prod.cloud.messaging.feedback[taken.id] == "RECEIVED"
    assert prod.record(phone)["state"] == "verified"


@pytest.mark.parametrize("way", ["topic", "bus"])
def test_a_receipt_is_heard(prod: Stage, phone: str, way: str):
    taken, _ = taken_by_messaging(prod, phone)
    [*_, receipt] = prod.cloud.messaging.receipts(taken)

    if way == "topic":
        topic, said = prod.outputs["ReceiptsTopicArn"], json.dumps(receipt["detail"])
        prod.cloud.client("sns").publish(TopicArn=topic, Message=said)
    else:
        entry = {
            "Source": receipt["source"],
            "DetailType": receipt["detail-type"],
            "Detail": json.dumps(receipt["detail"]),
        }
        prod.cloud.client("events").put_events(Entries=[entry])

    until(lambda: prod.record(phone)["state"] == "delivered")


def test_two_stages_share_nothing(dev: Stage, prod: Stage):
    for stage, other in ((dev, prod), (prod, dev)):
        stranger = {"X-LC-Id": other.app}
        assert stage.ask("GET", "/1.1/requestCaptcha").code == 0
        assert stage.ask("GET", "/1.1/requestCaptcha", headers=stranger).code == 401
    assert dev.peppers != prod.peppers


def test_an_update_in_its_place_fails_no_call_and_loses_nothing(dev: Stage, phone: str):
    assert dev.post("requestSmsCode", key=MASTER, mobilePhoneNumber=phone).code == 0
    code = dev.code_to(phone)
    user = dev.post("users", username=f"reader {phone}", password=PASSWORD).json
    before = dev.outputs["EndpointURL"]
    assert dev.ask("GET", "/next").code == 404

    revise(dev.tree)
    deploying = dev.deploying()
    come_to(deploying, "to modify")  # packaged; from now on AWS changes the stack
    with calling(dev, user["sessionToken"]) as tally:
        ended(deploying)
        until(lambda: len(tally.answered) == 3 and min(tally.answered.values()) > 20, seconds=60)

    assert tally.failures == []
    assert dev.outputs["EndpointURL"] == before
    assert dev.ask("GET", "/next").json == {"name": "the next version"}
    assert dev.post(f"verifySmsCode/{code}", mobilePhoneNumber=phone).code == 0
    again = dev.post("login", username=f"reader {phone}", password=PASSWORD).json
    assert (again["objectId"], again["sessionToken"]) == (user["objectId"], user["sessionToken"])


def test_what_has_not_changed_is_not_deployed_again(dev: Stage):
    functions = revisions(dev)

    said = dev.deploy()

    assert "nothing to change" in said
    assert revisions(dev) == functions


def test_what_is_kept_is_destroyed_by_force_alone_and_all_of_it(dev: Stage, prod: Stage):
    there = names(prod.cloud, "prod")
    assert there >= {f"dynamodb {prod.prefix}-users", "ssm /countersign/prod/peppers"}
    assert any(name.startswith(f"s3 {prod.prefix}/") for name in there)

    refusal = prod.run("tools.destroy", "--yes", status=1)

    assert f"{prod.prefix}-apps" in refusal
    assert "FORCE=1" in refusal
    assert names(prod.cloud, "prod") == there
    assert prod.ask("GET", "/health").code == 0

    prod.run("tools.destroy", "--yes", "--force")

    assert names(prod.cloud, "prod") == set()
    assert dev.ask("GET", "/health").code == 0


def taken_by_messaging(stage: Stage, phone: str) -> tuple[Taken, str]:
    """What End User Messaging was given for a phone that is sent a code now, and the code."""
    assert stage.post("requestSmsCode", mobilePhoneNumber=phone).code == 0
    [taken] = [one for one in stage.cloud.messaging.messages if one.to == f"+86{phone}"]
    [code] = re.findall(r"(?<!\d)\d{6}(?!\d)", taken.asked["MessageBody"])
    return taken, code


def delivered(delivery: dict[str, Any], event: str) -> bool:
    """Whether an item of the table of deliveries is one of *event*, and over."""
    return delivery.get("event") == {"S": event} and delivery["state"] == {"S": "delivered"}


def revise(tree: Path) -> None:
    """Let the next version of what *tree* deploys serve another path."""
    view = """

@public(routes, "GET", "/next")
def following(request: Request) -> Json:
    return {"name": "the next version"}
"""
    with (tree / "chalicelib" / "api" / "status.py").open("a") as source:
        source.write(view)


def revisions(stage: Stage) -> dict[str, str]:
    """What changes whenever a function of the stage is changed, by the function."""
    functions = stage.cloud.client("lambda").list_functions()["Functions"]
    return {
        one["FunctionName"]: one["RevisionId"]
        for one in functions
        if one["FunctionName"].startswith(stage.prefix)
    }
