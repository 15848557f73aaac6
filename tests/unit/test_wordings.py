"""The words of a message."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.errors import RenderFailed
from chalicelib.domain.messages import Channel, Kind
from chalicelib.domain.phones import PhoneNumber
from chalicelib.domain.reviews import State
from chalicelib.domain.segments import count
from chalicelib.domain.signatures import Signature
from chalicelib.domain.wordings import BUILTIN, DUMMY, Wording, chinese

TEN = timedelta(minutes=10)
SHOP = Signature("1", "shop", "天天", State.APPROVED, datetime(2040, 1, 2, tzinfo=UTC))


def builtin(language: str, name: str = "天天商城", **values: str) -> Wording:
    return Wording(Kind.VERIFICATION, SHOP, BUILTIN[language], name, values)


def template(source: str, kind: Kind = Kind.NOTICE, ending: str = "", **values: str) -> Wording:
    return Wording(kind, SHOP, source, "天天商城", values, "Order_Notice", {}, ending)


def said(wording: Wording, code: str = "123456", ttl: timedelta = TEN) -> str:
    return wording.text(code, ttl=ttl, channel=Channel.SMS)


@pytest.mark.parametrize(
    ("phone", "yes"),
    [
        ("+8618612345678", True),
        ("+85291234567", True),
        ("+85366123456", True),
        ("+886912345678", True),
        ("+12065550100", False),
        ("+6591234567", False),
        ("+81312345678", False),
    ],
)
def test_where_chinese_is_read_the_text_is_chinese(phone: str, yes: bool) -> None:
    assert chinese(PhoneNumber(phone)) is yes


@pytest.mark.parametrize(
    ("wording", "text"),
    [
        (
            builtin("zh"),
            "【天天】您正在使用天天商城服务，您的验证码是：123456，请在5分钟内完成验证。",
        ),
        (
            builtin("zh", op="付款"),
            "【天天】您正在使用天天商城服务进行付款操作，您的验证码是：123456，请在5分钟内完成验证。",
        ),
        (builtin("en"), "【天天】Your 天天商城 code is 123456, valid for 5 min."),
        (
            builtin("en", op="paying"),
            "【天天】Your 天天商城 code for paying is 123456, valid for 5 min.",
        ),
    ],
)
def test_the_operation_is_optional(wording: Wording, text: str) -> None:
    five = timedelta(minutes=5)

    assert wording.text("123456", ttl=five, channel=Channel.SMS) == text
    assert wording.text("123456", ttl=five, channel=Channel.VOICE) == "123456"


@pytest.mark.parametrize("language", BUILTIN)
def test_the_built_in_text_fits_one_segment(language: str) -> None:
    """With a name and a signature of eight characters."""
    wording = builtin(language, name="12345678")
    wording = replace(wording, signature=replace(SHOP, text="12345678"))

    assert count(said(wording, DUMMY, timedelta(minutes=30))).count == 1


@pytest.mark.parametrize(
    ("wording", "text"),
    [
        (template("订单{{order_id}}", order_id="76"), "【天天】订单76"),
        (template("{{name}} {{sign}} {{template}}"), "【天天】天天商城 天天 Order_Notice"),
        (
            template("{{name}}{{code}}{{ttl}}", Kind.VERIFICATION, name="假", code="9", ttl="99"),
            "【天天】天天商城12345610",
        ),
        (template("5折", Kind.MARKETING, "回复TD退订"), "【天天】5折 回复TD退订"),
        (template("5折，回复TD退订 ", Kind.MARKETING, "回复TD退订"), "【天天】5折，回复TD退订 "),
        (
            template("5折{{a}}", Kind.MARKETING, "回复TD退订", a="，别回复TD退订"),
            "【天天】5折，别回复TD退订 回复TD退订",
        ),
        (template("{{ttl}}分钟"), "【天天】10分钟"),
    ],
)
def test_the_signature_leads_and_the_reserved_names_are_the_services_own(
    wording: Wording, text: str
) -> None:
    assert said(wording) == text


def test_a_supplier_that_takes_no_text_is_given_all_that_it_is_made_of() -> None:
    wording = replace(builtin("zh", op="付款"), template="Order")

    assert wording.variables("123456", ttl=TEN) == {
        "op": "付款",
        "name": "天天商城",
        "sign": "天天",
        "template": "Order",
        "code": "123456",
        "ttl": 10,
    }
    assert list(template("{{a}}", a="1").variables("", ttl=TEN)) == [
        "a",
        "name",
        "sign",
        "template",
        "ttl",
    ]


@pytest.mark.parametrize(
    ("wording", "fault"),
    [
        (template("{{order_id}}"), "missing variable: order_id"),
        (template("{{code}}"), "missing variable: code"),
        (template("{{#if a}}{{code}}{{/if}}", Kind.VERIFICATION), "code is not in the text"),
        (template("字" * 397), "longer than 400"),
        (template("{{a}}" * 5, a="x" * 80), "longer than 400"),
        (template("字" * 390, Kind.MARKETING, "回复TD退订"), "longer than 400"),
    ],
)
def test_a_text_that_would_not_come_whole_is_refused(wording: Wording, fault: str) -> None:
    with pytest.raises(RenderFailed, match=fault):
        said(wording)
