"""Signatures: made and reviewed by the administrator, in front of every message."""

from typing import Any

import pytest

from chalicelib.store.tables import LineRow
from tests.conftest import Desk, Opener
from tests.wire import PHONE


def shown(desk: Desk) -> str:
    """What stands in front of the latest message."""
    return desk.tray.letters[0].message.text.partition("】")[0] + "】"


def forget(desk: Desk) -> None:
    """As another sandbox sees it half a minute later."""
    desk.service.directory._known.clear()


def phones() -> Any:
    return iter(f"+861861234{place:04}" for place in range(100))


def test_the_first_approved_signature_is_the_default_until_another_is_chosen(desk: Desk) -> None:
    phone = phones()
    desk.console.signature("天天商城", "shop")
    desk.console.signature("天天物流", "post")

    assert desk.send(next(phone)) == 0
    assert shown(desk) == "【Countersign】"
    assert desk.send(next(phone), sign="post") == 0
    assert shown(desk) == "【天天物流】"
    desk.console.set(default_signature="shop")
    assert desk.send(next(phone)) == 0
    assert shown(desk) == "【天天商城】"
    version = desk.console.get("settings").json["version"]
    unknown = {"default_signature": "nobodys"}
    answer = desk.console.ask("PUT", "settings", version=version, settings=unknown)
    assert answer.json["field"] == "default_signature"


def test_of_several_with_one_name_the_newest_approved_is_meant(desk: Desk) -> None:
    phone = phones()
    desk.console.signature("天天商城", "shop")
    newer = desk.console.signature("天天新城", "shop")
    desk.send(next(phone), sign="shop")
    assert shown(desk) == "【天天新城】"

    path = f"signatures/{newer['signature']['id']}/reject"
    rejected = desk.console.post(path, version=newer["version"], reasons=["太新"])

    assert rejected.json["signature"]["reasons"] == ["太新"]
    assert desk.send(next(phone), sign="shop") == 0
    assert shown(desk) == "【天天商城】"
    desk.console.signature("新签名", "Countersign")
    assert desk.send(next(phone)) == 0
    assert shown(desk) == "【新签名】", "the default is a name"


def test_without_an_approved_signature_nothing_is_sent(open_desk: Opener) -> None:
    desk = open_desk("review=manual")
    app = desk.console.get("signatures").json
    (first,) = app["signatures"]
    desk.console.ask("DELETE", f"signatures/{first['id']}", version=app["version"])
    made = desk.console.signature("天天商城", "shop")
    assert made["signature"]["state"] == "pending"

    for fields in ({}, {"sign": "shop"}):
        answer = desk.door.post("requestSmsCode", mobilePhoneNumber=PHONE, **fields)
        assert answer.json == {"code": 605, "error": "SMS sign not verified"}
    assert desk.send(sign="nobody's") == 600
    assert not list(LineRow.scan()), "no limit is spent"

    path = f"signatures/{made['signature']['id']}/approve"
    desk.console.post(path, version=made["version"])
    assert desk.send() == 0


def test_a_rejected_signature_is_submitted_again(desk: Desk) -> None:
    made = desk.console.signature("天天商城", "shop")
    path = f"signatures/{made['signature']['id']}"
    made = desk.console.post(f"{path}/reject", version=made["version"], reasons=["改名"]).json

    made = desk.console.post(f"{path}/submit", version=made["version"], text="天天新城").json

    assert made["signature"]["state"] == "approved"
    assert made["signature"]["reasons"] == []
    assert made["signature"]["name"] == "shop"
    assert desk.console.get(path).json == made
    assert desk.send(sign="shop") == 0
    assert shown(desk) == "【天天新城】"


def test_a_signature_in_use_is_not_taken_from_under_the_messages(open_desk: Opener) -> None:
    """Another one of its name replaces it, once that is approved."""
    phone = phones()
    desk = open_desk("review=manual")
    app = desk.console.get("signatures").json
    path = f"signatures/{app['signatures'][0]['id']}/submit"
    assert desk.console.post(path, version=app["version"], text="天天商城").code == 1

    made = desk.console.signature("天天商城", "Countersign")
    assert desk.send(next(phone), sign="Countersign") == 0
    assert shown(desk) == "【Countersign】"
    path = f"signatures/{made['signature']['id']}/approve"
    desk.console.post(path, version=made["version"])
    assert desk.send(next(phone), sign="Countersign") == 0
    assert shown(desk) == "【天天商城】"


def test_an_approval_goes_by_the_rules_of_its_day(open_desk: Opener) -> None:
    desk = open_desk("review=manual plain_signatures=true")
    made = desk.console.signature("ABCD")
    desk.console.set(plain_signatures=False)
    version = desk.console.get("signatures").json["version"]

    answer = desk.console.post(f"signatures/{made['signature']['id']}/approve", version=version)

    assert answer.json["field"] == "text"


@pytest.mark.parametrize(
    ("text", "settings", "taken"),
    [
        ("天", "", True),
        ("十二个字的签名也是可以的", "", True),
        ("LeanCloud云", "", True),
        ("12306铁路", "", True),
        ("Café", "", True),
        ("十三个字的签名就不可以了吗", "", False),
        ("", "", False),
        ("天 天", "", False),
        ("天天/", "", False),
        ("天*", "", False),
        ("【天天】", "", False),
        ("天天_", "", False),
        ("天天😀", "", False),
        ("\u3164\u3164", "", False),
        ("\u115f", "", False),
        ("天\uffa0", "", False),
        ("ＡＢＣ", "plain_signatures=false", False),
        ("²³", "plain_signatures=false", False),
        ("LeanCloud", "plain_signatures=false", False),
        ("12306", "plain_signatures=false", False),
        ("LeanCloud", "plain_signatures=true", True),
        ("12306", "plain_signatures=true", True),
    ],
)
def test_a_signature_is_what_carriers_take(
    open_desk: Opener, text: str, settings: str, taken: bool
) -> None:
    desk = open_desk(settings or "plain_signatures=false")

    answer = desk.console.post("signatures", name="shop", text=text)

    assert (answer.status == 201) is taken
    if not taken:
        assert answer.json["field"] == "text"
        assert len(desk.console.get("signatures").json["signatures"]) == 1


@pytest.mark.parametrize("name", ["", " x", "x ", "【x】", "a\nb", "x" * 65, 7])
def test_an_internal_name_is_plain_text(desk: Desk, name: Any) -> None:
    answer = desk.console.post("signatures", name=name, text="天天商城")

    assert answer.json["field"] == "name"


def test_an_app_has_fifty_signatures_at_the_most_whatever_their_state(desk: Desk) -> None:
    for place in range(49):
        desk.console.signature(f"天天{place}")
    desk.console.set(review="manual")

    answer = desk.console.post("signatures", name="x", text="天天商城")

    assert answer.code == 1
    assert "50" in answer.json["error"]


def test_nobody_overwrites_what_another_wrote(desk: Desk) -> None:
    made = desk.console.signature("天天商城", "shop")
    path = f"signatures/{made['signature']['id']}"
    newer = desk.console.signature("天天物流", "post")

    for method, verb, fields in [
        ("POST", "/submit", {"text": "天天新城"}),
        ("POST", "/approve", {}),
        ("POST", "/reject", {"reasons": ["不好"]}),
        ("DELETE", "", {}),
    ]:
        stale = desk.console.ask(method, path + verb, version=made["version"], **fields)
        assert stale.code == 409
        assert stale.json["current"]["version"] == newer["version"]
        assert len(stale.json["current"]["signatures"]) == 3
        assert desk.console.ask(method, path + verb, **fields).code == 428
    assert desk.console.post("signatures/none/approve", version=newer["version"]).code == 404
    assert desk.console.post(f"{path}/explode", version=newer["version"]).code == 404
