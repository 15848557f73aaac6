"""Templates: submitted and reviewed by the administrator, sent by everybody."""

import re
from typing import Any

import pytest

from tests.conftest import Clock, Desk, Opener
from tests.wire import KEY, PHONE, Console, Door

REGISTER = "感谢您注册 LeanCloud，领先的 BaaS 提供商，为移动开发提供强有力的后端支持。"
ORDER = (
    "尊敬的用户，您的订单号：{{order_id}} 正在派送，请保持手机畅通，"
    "我们的快递员随时可能与您联系，感谢您的订阅。"
)
CODE = "欢迎注册{{name}}应用！请使用验证码{{code}}来完成注册。该验证码将在{{ttl}}分钟后失效。"


def text(desk: Desk, phone: str = PHONE) -> str:
    """What *phone* was sent last."""
    return desk.letters(phone)[0].message.text


def test_the_guides_notices_arrive_letter_for_letter(desk: Desk) -> None:
    desk.console.signature("LeanCloud")
    desk.console.signature("天天商城", "sign_BuyBuyBuy")
    desk.console.template("Register_Notice", REGISTER)
    desk.console.template("Order_Notice", ORDER)

    assert desk.send(template="Register_Notice", sign="LeanCloud") == 0
    assert text(desk) == (
        "【LeanCloud】感谢您注册 LeanCloud，领先的 BaaS 提供商，为移动开发提供强有力的后端支持。"
    )
    other = "+8613812345678"
    order = {"template": "Order_Notice", "order_id": "7623432424540"}
    assert desk.send(other, sign="sign_BuyBuyBuy", **order) == 0
    assert text(desk, other) == (
        "【天天商城】尊敬的用户，您的订单号：7623432424540 正在派送，请保持手机畅通，"
        "我们的快递员随时可能与您联系，感谢您的订阅。"
    )
    php = "+8613912345678"  # two of the guides' samples put the signature's name there
    assert desk.send(php, name="sign_BuyBuyBuy", **order) == 0
    assert text(desk, php) == text(desk, other)


@pytest.mark.parametrize("source", ["{{order_id}}", "{{{order_id}}}", "{{& order_id}}"])
@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("O'Brien & <Co>", "O'Brien & <Co>"),
        ("{{code}}", "{{code}}"),
        (7623432424540, "7623432424540"),
        (0, "0"),
        (1.5, "1.5"),
        (2.0, "2"),
        (True, "true"),
        (False, "false"),
        ("", ""),
    ],
)
def test_a_variable_is_shown_as_it_is(desk: Desk, source: str, value: Any, shown: str) -> None:
    desk.console.template("t", f"订单：{source}。")

    assert desk.send(template="t", order_id=value) == 0
    assert text(desk) == f"【Countersign】订单：{shown}。"


def test_a_templates_op_is_a_variable_like_others_and_its_name_is_the_apps(desk: Desk) -> None:
    desk.console.template("t", "{{name}}：{{op}}。")

    assert desk.send(template="t", op=5, name=7) == 0
    assert text(desk) == "【Countersign】Countersign：5。"


def test_a_verification_template_opens_a_challenge(desk: Desk) -> None:
    desk.console.template("signup", CODE, "verification")

    assert desk.send(template="signup", ttl=5, code="111111", name="假") == 0

    code = desk.code()
    assert text(desk) == (
        f"【Countersign】欢迎注册Countersign应用！请使用验证码{code}来完成注册。"
        "该验证码将在5分钟后失效。"
    )
    assert desk.verify(code) == 0
    assert desk.send("+8613812345678", template="signup", smsType="voice") == 0
    assert re.fullmatch("[0-9]{6}", text(desk, "+8613812345678"))


def test_a_notice_opens_none_and_disturbs_none(desk: Desk, clock: Clock) -> None:
    desk.console.template("t", "您的订单已经发货。")
    desk.send()
    code = desk.code()
    clock.pass_(minutes=1)

    assert desk.send(template="t") == 0
    assert desk.letters()[0].message.code == ""
    assert desk.verify(code) == 0
    clock.pass_(minutes=1)
    desk.send(template="t", smsType="voice")
    assert len(desk.letters()) == 2, "a voice reads out codes only"


def test_a_notice_has_limits_of_its_own(desk: Desk, clock: Clock) -> None:
    desk.console.template("t", "您的订单已经发货。")
    for _ in range(15):
        assert desk.send(template="t") == 0
        clock.pass_(seconds=30)
        assert desk.send(template="t") == 601, "one a minute"
        clock.pass_(seconds=30)

    assert desk.send(template="t") == 601
    assert desk.send() == 0, "codes have their own"
    clock.pass_(seconds=5)
    assert desk.send("+8618612345678") == 1, "and all share the ten seconds"
    clock.pass_(days=1)
    assert desk.send(template="t") == 0


def test_a_closed_line_still_takes_notices(desk: Desk, clock: Clock) -> None:
    """A hundred wrong guesses close it for codes."""
    desk.console.template("t", "您的订单已经发货。")
    for _ in range(20):
        clock.pass_(hours=3)
        assert desk.send() == 0
        code = desk.code()
        for guess in [n for n in map("{:06}".format, range(6)) if n != code][:5]:
            assert desk.verify(guess) == 603
    clock.pass_(hours=1)
    assert desk.send() == 601

    assert desk.send(template="t") == 0
    clock.pass_(minutes=2)
    assert desk.send() == 601, "and it opens nothing"


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({}, "missing variable: order_id"),
        ({"order_id": None}, "missing variable: order_id"),
        ({"order_id": ["1"]}, "order_id is not a string"),
        ({"order_id": {"a": 1}}, "order_id is not a string"),
        ({"order_id": "x" * 101}, "order_id is longer than 100"),
        ({"order_id": "【银行】"}, "order_id holds a signature's brackets"),
        ({"order_id": "a\nb"}, "order_id holds a control character"),
    ],
)
def test_what_does_not_fit_a_template_costs_nothing(
    desk: Desk, fields: dict[str, Any], fault: str
) -> None:
    desk.console.template("Order_Notice", ORDER)

    answer = desk.door.post(
        "requestSmsCode", {"mobilePhoneNumber": PHONE, "template": "Order_Notice", **fields}
    )

    assert answer.code == 606
    assert fault in answer.json["error"]
    assert not desk.letters()
    assert desk.send(template="Order_Notice", order_id=1) == 0, "no limit is spent"


def test_a_text_is_at_most_400_characters(open_desk: Opener) -> None:
    desk = open_desk("longest_value=400")
    desk.console.template("t", "订单：{{a}}。")
    room = 400 - len("【Countersign】订单：。")

    assert desk.send(template="t", a="字" * (room + 1)) == 606
    assert desk.send(template="t", a="字" * room) == 0
    assert len(text(desk)) == 400


@pytest.mark.parametrize(
    "source",
    ["{{name.__class__}}", "{{[x') or 1 or (']}}", "{{> p}}", "{{lookup this 'code'}}", "hello {{v"]
    + ["{{#if a}}x", "{{#shout a}}{{/shout}}", "x" * 2001, " ", "\ud800"],
)
def test_what_the_renderer_would_not_take_is_not_even_kept(desk: Desk, source: str) -> None:
    answer = desk.console.post("templates", name="t", kind="notice", source=source)

    assert answer.code in (1, 107, 606)
    if answer.code == 606:
        assert answer.json["field"] == "source"
        assert answer.json["findings"][0]["severity"] == "error"
    assert desk.console.get("templates/t").code == 404
    assert desk.console.get("templates").json == {"templates": []}


def test_a_template_with_errors_is_rejected_at_once_and_told_why(desk: Desk) -> None:
    made = desk.console.template("t", "新品降价！点击 {{download_link}} 查看。")

    assert made["inUse"] is None
    assert made["waiting"]["state"] == "rejected"
    assert len(made["waiting"]["reasons"]) == 3
    for finding in made["findings"]:
        assert made["waiting"]["source"][finding["at"]] in "降{新"
    assert desk.send(template="t") == 605
    answer = desk.console.post("templates/t/approve", version=made["version"])
    assert answer.code == 1
    assert answer.json["findings"]


def test_a_person_decides_when_the_review_is_manual(open_desk: Opener) -> None:
    desk = open_desk("review=manual")
    made = desk.console.template("t", "第一版。", note="给审核员")
    assert made["waiting"]["state"] == "pending"
    assert made["waiting"]["note"] == "给审核员"
    assert desk.send(template="t") == 605

    made = desk.console.post("templates/t/approve", version=made["version"]).json
    assert made["inUse"]["state"] == "approved"
    forget(desk)
    assert desk.send(template="t") == 0
    assert text(desk) == "【Countersign】第一版。"

    made = desk.console.post("templates/t/submit", version=made["version"], source="第二版。").json
    assert made["waiting"]["kind"] == "notice", "what is not said stays"
    forget(desk)
    assert desk.send("+8613812345678", template="t") == 0
    assert text(desk, "+8613812345678") == "【Countersign】第一版。", "in use meanwhile"

    made = desk.console.post(
        "templates/t/reject", version=made["version"], reasons=["没有意义"]
    ).json
    assert made["waiting"]["state"] == "rejected"
    assert made["waiting"]["reasons"] == ["没有意义"]
    made = desk.console.post("templates/t/submit", version=made["version"], source="第三版。").json
    made = desk.console.post("templates/t/approve", version=made["version"]).json
    assert made["waiting"] is None
    forget(desk)
    assert desk.send("+8613912345678", template="t") == 0
    assert text(desk, "+8613912345678") == "【Countersign】第三版。"

    nothing = desk.console.post("templates/t/approve", version=made["version"])
    assert nothing.code == 1, "nothing waits"
    for reasons in ([], ["x"] * 11, ["x" * 201], [""], [1], "x", None):
        refused = desk.console.post("templates/t/reject", version=made["version"], reasons=reasons)
        assert refused.json["field"] == "reasons"
    made = desk.console.post("templates/t/reject", version=made["version"], reasons=["撤回"]).json
    assert made["inUse"] is None
    forget(desk)
    assert desk.send("+8615012345678", template="t") == 605
    gone = desk.console.ask("DELETE", "templates/t", version=made["version"])
    assert gone.json == {}
    forget(desk)
    assert desk.send("+8615012345678", template="t") == 604


def forget(desk: Desk) -> None:
    """As another sandbox sees it half a minute later."""
    desk.service.sends.wordings.templates._known.clear()


def test_a_new_version_replaces_the_old_one(desk: Desk) -> None:
    made = desk.console.template("t", "第一版。")
    again = desk.console.post(
        "templates", name="t", kind="notice", source="第二版。", version=made["version"]
    )

    assert again.json["inUse"]["source"] == "第二版。"
    assert desk.send(template="t") == 0
    assert text(desk) == "【Countersign】第二版。", "at once, in the sandbox that changed it"


def test_nobody_overwrites_what_another_wrote(desk: Desk) -> None:
    made = desk.console.template("t", "第一版。")
    newer = desk.console.post("templates/t/submit", version=made["version"], source="第二版。")
    assert newer.headers["ETag"] == f'"{newer.json["version"]}"'

    for method, path, fields in [
        ("POST", "templates", {"name": "t", "kind": "notice", "source": "第三版。"}),
        ("POST", "templates/t/submit", {"source": "第三版。"}),
        ("POST", "templates/t/approve", {}),
        ("POST", "templates/t/reject", {"reasons": ["不好"]}),
        ("DELETE", "templates/t", {}),
    ]:
        stale = desk.console.ask(method, path, version=made["version"], **fields)
        assert stale.status == 409
        assert stale.code == 409
        assert stale.json["current"]["version"] == newer.json["version"]
        assert stale.json["current"]["inUse"]["source"] == "第二版。"
        if path != "templates":
            assert desk.console.ask(method, path, **fields).code == 428
    made_twice = desk.console.post("templates", name="t", kind="notice", source="第三版。")
    assert made_twice.status == 409
    assert desk.console.get("templates/t").json["inUse"]["source"] == "第二版。"


def test_what_was_deleted_and_made_anew_is_another_template(open_desk: Opener) -> None:
    """An approval is of the text that was read."""
    desk = open_desk("review=manual")
    first = desk.console.template("t", "第一版。")
    desk.console.ask("DELETE", "templates/t", version=first["version"])
    desk.console.template("t", "别的文字。")

    assert desk.console.post("templates/t/approve", version=first["version"]).code == 409


@pytest.mark.parametrize("said", ["{}", '"{}"', 'W/"{}"', ' "{}" '])
def test_a_version_is_said_as_http_has_it(desk: Desk, said: str) -> None:
    made = desk.console.template("t", "第一版。")
    door, path = desk.console.door, "/console/api/templates/t"
    other = str(int(made["version"]) + 1)

    assert door.send("DELETE", path, If_Match=said.format(other)).code == 409
    assert door.send("DELETE", path, If_Match=said.format(made["version"])).code == 0


def test_templates_are_listed_a_page_at_a_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("flows.templates", "api.console.templates"):
        monkeypatch.setattr(f"chalicelib.{module}.PAGE", 2)
    names = ["a", "b", "订单"]
    for name in names:
        desk.console.template(name, "您好。")

    first = desk.console.get("templates").json
    assert [one["name"] for one in first["templates"]] == names[:2]
    rest = desk.console.door.send("GET", f"/console/api/templates?after={first['next']}").json
    assert [one["name"] for one in rest["templates"]] == names[2:]
    assert "next" not in rest


def test_a_supplier_s_template_is_kept_with_ours(desk: Desk) -> None:
    registered = {"aliyun": {"id": "SMS_154950909", "parameters": ["order_id"]}}

    made = desk.console.template("Order_Notice", ORDER, registered=registered)

    assert made["inUse"]["registered"] == registered
    desk.send(template="Order_Notice", order_id="76")
    wording = desk.letters()[0].message.wording
    assert wording.registered["aliyun"].id == "SMS_154950909"
    assert wording.values == {"order_id": "76"}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a/b"}, "name"),
        ({"name": "x" * 65}, "name"),
        ({"name": ".."}, "name"),
        ({"name": 1}, "name"),
        ({"kind": "advert"}, "kind"),
        ({"kind": None}, "kind"),
        ({"source": ""}, "source"),
        ({"source": 5}, "source"),
        ({"note": "x" * 201}, "note"),
        ({"registered": []}, "registered"),
        ({"registered": {"a": "SMS_1"}}, "registered"),
        ({"registered": {"a": {"id": ""}}}, "registered"),
        ({"registered": {"A b": {"id": "1"}}}, "registered"),
        ({"registered": {"a": {"id": "1", "parametres": []}}}, "registered"),
        ({"registered": {"a": {"id": "1", "parameters": ["code"] * 21}}}, "registered"),
        ({"registered": {"a": {"id": "1", "parameters": "x"}}}, "registered"),
        ({"registered": {"a": {"id": "1", "parameters": ["b c"]}}}, "registered"),
        ({"soruce": "x"}, "soruce"),
    ],
)
def test_a_fault_names_its_field(desk: Desk, fields: dict[str, Any], field: str) -> None:
    said = {"name": "t", "kind": "notice", "source": "您好。", **fields}

    answer = desk.console.post("templates", **said)

    assert answer.code == 1
    assert answer.json["field"] == field
    assert field in answer.json["error"]
    assert desk.console.get("templates").json == {"templates": []}


@pytest.mark.parametrize("name", ["Order_Notice", "订单.通知-1"])
def test_templates_are_listed_and_read_by_name(desk: Desk, name: str) -> None:
    made = desk.console.template(name, ORDER)

    assert desk.console.get(f"templates/{name}").json == made
    listed = desk.console.get("templates").json["templates"]
    assert [one["name"] for one in listed] == [name]
    assert desk.console.get("templates/none").code == 404
    assert desk.console.post(f"templates/{name}/explode", version=made["version"]).code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "templates"),
        ("POST", "templates"),
        ("DELETE", "templates/t"),
        ("GET", "signatures"),
        ("GET", "settings"),
        ("PUT", "settings"),
        ("POST", "preview"),
        ("GET", "balance"),
        ("POST", "balance"),
        ("POST", "notices"),
    ],
)
def test_the_administrators_doors_want_the_master_key(desk: Desk, method: str, path: str) -> None:
    assert Console(Door(KEY)).ask(method, path).status == 403
    assert Console(Door({})).ask(method, path).status == 401
    assert Console(Door({**KEY, "X-LC-Key": "wrong,master"})).ask(method, path).status == 401
    assert desk.console.ask("PATCH", path).status == 405
