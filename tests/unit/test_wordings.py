"""The words of a message."""

import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.domain.errors import RenderFailed
from chalicelib.domain.messages import Channel
from chalicelib.domain.phones import PhoneNumber
from chalicelib.domain.wordings import BUILTIN, Wording, clean

TEN = timedelta(minutes=10)
CHINA, US = PhoneNumber("+8618612345678"), PhoneNumber("+12065550100")

#: Template text that has run programs, hung or leaked in Handlebars' engines.
HOSTILE = [
    "{{[x') or __import__('os').popen('id').read() or (']}}",
    "{{a.[x') or 1 or (']}}",
    "{{name.__class__}}",
    "{{this}}",
    "{{@root}}",
    "{{../this}}",
    "{{lookup this 'code'}}",
    "{{fromkeys}}",
    "{{items}}",
    "{{#each this}}",
    "{{#if a}}x",
    "{{> p}}",
    "{{!-- x --}}",
    "{{code",
    "}}{{",
    "{0.__class__}",
    "%(code)s",
    "${code}",
    "\\{{code}}",
]


@pytest.mark.parametrize(
    ("phone", "chinese"),
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
def test_where_chinese_is_read_the_text_is_chinese(phone: str, chinese: bool) -> None:
    text = Wording("Shop", "", "Shop", TEN).text(
        "012345", to=PhoneNumber(phone), channel=Channel.SMS
    )

    assert ("验证码" in text) is chinese
    assert text.startswith("【Shop】")
    assert "012345" in text


@pytest.mark.parametrize(
    ("to", "op", "text"),
    [
        (CHINA, "", "【天天】您正在使用天天商城服务，您的验证码是：123456，请在5分钟内完成验证。"),
        (
            CHINA,
            "付款",
            "【天天】您正在使用天天商城服务进行付款操作，您的验证码是：123456，请在5分钟内完成验证。",
        ),
        (US, "", "【天天】Your 天天商城 code is 123456, valid for 5 min."),
        (US, "paying", "【天天】Your 天天商城 code for paying is 123456, valid for 5 min."),
    ],
)
def test_the_operation_is_optional(to: PhoneNumber, op: str, text: str) -> None:
    wording = Wording("天天商城", op, "天天", timedelta(minutes=5))

    assert wording.text("123456", to=to, channel=Channel.SMS) == text
    assert wording.text("123456", to=to, channel=Channel.VOICE) == "123456"


@pytest.mark.parametrize("to", [CHINA, US])
def test_the_built_in_text_fits_one_segment(to: PhoneNumber) -> None:
    """70 UTF-16 units (3GPP TS 23.038), with a name and a signature of eight."""
    wording = Wording("12345678", "", "12345678", timedelta(minutes=30))

    assert len(wording.draft(to=to, channel=Channel.SMS).encode("utf-16-le")) // 2 <= 70


@pytest.mark.parametrize("value", [*HOSTILE, "Tom & Jerry's <3", "O'Brien", "a\\b", '"', "&amp;"])
def test_a_value_is_text_and_nothing_else(value: str) -> None:
    try:
        name = clean("name", value)
    except RenderFailed:
        return

    text = Wording(name, "", "Shop", TEN).text("123456", to=CHINA, channel=Channel.SMS)
    assert f"您正在使用{value.strip()}服务" in text


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


def test_many_threads_render_many_texts_without_mixing_them() -> None:
    """pybars' compiler is one object for all threads; what is compiled ahead is not."""
    mixed: list[str] = []

    def render(to: PhoneNumber, mark: str) -> None:
        for turn in range(1000):
            text = Wording(mark, "", mark, TEN).text(f"{turn:06}", to=to, channel=Channel.SMS)
            if text.count(mark) != 2 or f"{turn:06}" not in text:
                mixed.append(text)

    threads = [
        threading.Thread(target=render, args=(to, mark))
        for to, mark in ((CHINA, "甲"), (US, "乙"), (CHINA, "丙"), (US, "丁"))
    ]
    switching = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(switching)

    assert mixed == []


def test_rendering_leaves_nothing_behind() -> None:
    wording = Wording("Shop", "pay", "Shop", TEN)
    wording.draft(to=CHINA, channel=Channel.SMS)
    before = len(sys.modules)

    for _ in range(10_000):
        wording.draft(to=CHINA, channel=Channel.SMS)

    assert len(sys.modules) == before


def test_what_is_compiled_ahead_is_what_the_sources_say() -> None:
    """In a process of its own, where pybars has its grammar."""
    script = (
        "from tools.precompile import *\n"
        "assert {e: compiled(s) for e, s in BUILTIN.items()} == "
        "{e: (FOLDER / f'{e}.py').read_text('utf-8') for e in BUILTIN}"
    )

    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, f"run `make wordings`: {done.stderr}"
    assert set(BUILTIN) == {"zh", "en", "voice"}


def test_rendering_needs_no_grammar() -> None:
    """It costs a third of a second of every cold start."""
    script = (
        "import sys, time\n"
        "from chalicelib.domain import templates\n"
        "assert templates.render('voice', code='1') == '1'\n"
        "assert 'pymeta.grammar' not in sys.modules and 'pymeta.builder' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[2], check=True)
