"""What a client may put into a text that bears the app's signature."""

import pytest

from chalicelib.domain.errors import RenderFailed
from chalicelib.domain.values import check, clean


@pytest.mark.parametrize(
    "value",
    ["Node", "3.5折", "v1.2", "No. 5", "AC/DC", "铁路12306", "😀", "नमस्ते", "Tiếng Việt", "：订单"],
)
def test_what_only_looks_like_a_link_or_a_code_may_stay(value: str) -> None:
    assert clean("name", value) == value


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("x.cn", "link"),
        ("a.co/b", "link"),
        ("https://1.2.3.4", "link"),
        ("1.2.3.4/a", "link"),
        ("WWW.x", "link"),
        ("evil。com", "link"),
        ("evil．com", "link"),
        ("i❤.ws", "link"),
        ("a_.evil_.com", "link"),
        ("evil\u034f.com", "not seen"),
        ("evil\ufe0f.com", "not seen"),
        ("evil\U000e0100.com", "not seen"),
        ("\u3164", "not seen"),
        ("\u115f", "not seen"),
        ("\u2800", "not seen"),
        ("︻银行︼", "brackets"),
        ("〚银行〛", "brackets"),
        ("\u20e0x", "not seen"),
        ("\u0338abc", "marks"),
        ("a\u0301\u0302\u0303", "marks"),
        ("，验证码是：123456，", "code"),
        ("code 12 34 56", "code"),
        ("١٢٣٤٥٦", "code"),
    ],
)
def test_what_would_mislead_a_reader_may_not(value: str, fault: str) -> None:
    with pytest.raises(RenderFailed, match=fault):
        clean("op", value)


@pytest.mark.parametrize(
    "value",
    ["7623432424540", "a.co/b?c=d", "O'Brien & Co <x>", "{{code}}", "", "x" * 100]
    + ["👨‍👩‍👧", "❤️", "นางสาว", 0, 12, -3.5, True, False],
)
def test_a_variable_is_a_string_a_number_or_a_boolean(value: object) -> None:
    assert check("order_id", value, longest=100) is value


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (None, "order_id is not a string"),
        ([], "order_id is not a string"),
        ({"a": 1}, "order_id is not a string"),
        (float("inf"), "not a number"),
        (float("nan"), "not a number"),
        ("x" * 101, "longer than 100"),
        (10**100, "longer than 100"),
        pytest.param(10**5000, "longer than 100", id="5000 digits"),
        ("【银行】", "brackets"),
        ("︻银行", "brackets"),
        ("a\nb", "control"),
        ("a\x00b", "control"),
        ("a\u202eb", "control"),
        ("a\u2028b", "control"),
        ("\ud800", "control"),
        ("a\u200bb", "control"),
    ],
)
def test_a_variable_forges_nothing_and_turns_nothing_about(value: object, fault: str) -> None:
    with pytest.raises(RenderFailed, match=fault):
        check("order_id", value, longest=100)
