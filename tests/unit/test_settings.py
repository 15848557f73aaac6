"""An app's switches, said as text."""

import pytest

from chalicelib.domain.apps import App
from chalicelib.domain.settings import Settings


def test_settings_are_read_and_written_alike() -> None:
    said = {
        "captcha_required": "true",
        "home_region": "US",
        "test_numbers": "+12065550100=123456 until 2027-03-01, +19490008888=246810",
        "review": "manual",
        "company": "天天商城有限公司",
        "opt_out_zh": "拒收请回复R",
        "marketing_hours": "22:00-06:30",
        "longest_value": "20",
        "marketing_words": "打折, 中奖?",
        "segment_rule": "leancloud",
        "prices": "CN=0.05, US/voice=0.02",
        "balance_alarm": "12.5",
        "limit_voice": "2/1m, 9/1d",
    }

    settings = Settings.read(said)

    assert settings.changed() == said
    assert Settings.read(settings.texts()) == settings
    assert Settings().changed() == {}


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("captcha", "true", "no such setting"),
        ("limits", "1/1d", "no such setting"),
        ("captcha_required", "maybe", "true or false"),
        ("home_region", "XX", "region"),
        ("review", "perhaps", "auto, manual"),
        ("company", "【x】", "without 【】"),
        ("company", "a\nb", "printable"),
        ("company", "x" * 61, "at most 60"),
        ("marketing_hours", "9-21", "HH:MM-HH:MM"),
        ("marketing_hours", "09:00-24:00", "HH:MM-HH:MM"),
        ("marketing_hours", "09:00-09:00", "HH:MM-HH:MM"),
        ("longest_value", "0", "from 1 to 400"),
        ("longest_value", "401", "from 1 to 400"),
        ("longest_value", "１", "whole number"),
        ("record_days", "0", "from 1 to 400"),
        ("record_days", "401", "from 1 to 400"),
        ("prices", "CN=free", "REGION=DOLLARS"),
        ("opt_out_en", "", "cannot be empty"),
        ("forbidden_words", "x" * 21, "words of 20"),
        ("forbidden_words", ",".join(map(str, range(201))), "at most 200"),
        ("prices", ",".join(["CN=1"] * 601), "at most 600"),
        ("limit_number", ",".join(["1/1d"] * 6), "at most 5"),
        ("daily_cap", "-1", "amount"),
        ("daily_cap", "-0", "amount"),
        ("daily_cap", "1_0", "amount"),
        ("daily_cap", "０.５", "amount"),
        ("daily_cap", "nan", "amount"),
        ("daily_cap", "1e9", "amount"),
        ("balance_alarm", "0.0000001", "amount"),
        ("test_numbers", "+19490008888", "NUMBER=CODE"),
        ("test_numbers", "+19490008888=12345", "six digits"),
        ("test_numbers", "+19490008888=123456 until", "until YYYY-MM-DD"),
        ("test_numbers", "+19490008888=123456 until 1.3.2027", "YYYY-MM-DD"),
        ("test_numbers", "+19490008888=123456 until 2027-02-30", "YYYY-MM-DD"),
        ("test_numbers", "+19490008888=123456 until 20270301", "YYYY-MM-DD"),
        ("test_numbers", "x=123456", "phone number"),
        ("test_numbers", "18612345678=123456", "country code"),
        ("test_numbers", ",".join(["+8618612345678=123456"] * 101), "at most 100"),
        ("limit_number", "often", "COUNT/WINDOW"),
    ],
)
def test_what_makes_no_sense_is_said(name: str, text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault) as raised:
        Settings().set(name, text)

    assert len(str(raised.value)) < 1500
    assert "18612345678" not in str(raised.value)


def test_several_settings_stand_in_one_line() -> None:
    assert Settings.split("captcha_required=true limit_voice=1/30s, 3/1h company=天天") == {
        "captcha_required": "true",
        "limit_voice": "1/30s, 3/1h",
        "company": "天天",
    }
    assert Settings.split("  ") == {}
    with pytest.raises(ValueError, match="name=value"):
        Settings.split("captcha_required")


@pytest.mark.parametrize(
    "given",
    [
        {"name": ""},
        {"name": " "},
        {"name": "x" * 41},
        {"name": "【x】"},
        {"name": "a\nb"},
        {"id": "short"},
        {"id": "with#hash-in-it"},
        {"key": "short"},
        {"key": "with,comma-in-it"},
        {"master_key": "short"},
        {"key": "same-key-twice", "master_key": "same-key-twice"},
    ],
)
def test_an_app_that_could_not_work_is_not_made(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"name|id|key"):
        App.create(**{"name": "Shop", **given})


def test_a_new_app_has_keys_of_its_own_and_shows_none() -> None:
    one, other = App.create("Shop"), App.create("Shop")

    assert {one.id, *one.keys, *one.master_keys}.isdisjoint(
        {other.id, *other.keys, *other.master_keys}
    )
    assert len(one.id) > 8
    assert one.keys[0] not in repr(one)
    assert one.master_keys[0] not in repr(one)
    assert one.signatures == ()
