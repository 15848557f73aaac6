"""The deployment's configuration."""

from pathlib import Path

import pytest

from chalicelib.config import Config


def test_at_the_desk_nothing_needs_to_be_said() -> None:
    config = Config.read({})

    assert config.stage == "local"
    assert config.sender_names == ("inbox",)
    assert config.table_prefix == "countersign-local"
    assert not config.deployed


def test_a_stage_names_its_tables_and_its_peppers() -> None:
    config = Config.read({"STAGE": "prod"})

    assert config.table_prefix == "countersign-prod"
    assert config.peppers_parameter == "/countersign/prod/peppers"
    assert config.sender_names == ("sns",)


def test_every_fault_is_said_at_once() -> None:
    with pytest.raises(ValueError, match="cannot stand") as said:
        Config.read(
            {
                "STAGE": "prod",
                "SENDERS": "inbox,pigeon",
                "SNS_SENDER_ID": "far too long a name",
                "SNS_MAX_PRICE": "cheap",
                "PUBLIC_URL": "sms.example.org/",
                "PEPPERS_PARAMETER": "peppers",
            }
        )

    told = str(said.value)
    for name in ("pigeon", "inbox", "SNS_SENDER_ID", "SNS_MAX_PRICE", "PUBLIC_URL", "PEPPERS"):
        assert name in told


def test_a_function_that_ships_the_desk_does_not_start() -> None:
    with pytest.raises(ValueError, match="chalicelib/local"):
        Config.read({"STAGE": "dev", "AWS_LAMBDA_FUNCTION_NAME": "countersign-dev"})


def test_every_variable_is_documented() -> None:
    from dataclasses import fields

    for readme in ("README.md", "README.zh.md"):
        text = (Path(__file__).parents[2] / readme).read_text()
        for item in fields(Config):
            assert f"`{item.name.upper()}`" in text, (readme, item.name)
