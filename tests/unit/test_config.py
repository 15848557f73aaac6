"""The deployment's configuration."""

from pathlib import Path

import pytest

from chalicelib.config import Config, settle_region


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
                "EUM_ORIGINATION": "My Shop",
                "EUM_MAX_PRICE": "1",
                "NOTIFY_COUNTRIES": "US, CN",
                "PUBLIC_URL": "sms.example.org/",
                "PEPPERS_PARAMETER": "peppers",
            }
        )

    told = str(said.value)
    for name in ("pigeon", "inbox", "SNS_SENDER_ID", "SNS_MAX_PRICE", "PUBLIC_URL", "PEPPERS"):
        assert name in told
    for name in ("EUM_ORIGINATION", "EUM_MAX_PRICE", "NOTIFY_COUNTRIES"):
        assert name in told


def test_a_team_names_its_own_functions_and_sends_by_them() -> None:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:countersign-tencent:live"
    config = Config.read(
        {"FUNCTIONS": f"aliyun = countersign-aliyun,tencent={arn}", "SENDERS": "tencent, aliyun"}
    )

    assert config.functions_by_name == {"aliyun": "countersign-aliyun", "tencent": arn}
    assert config.sender_names == ("tencent", "aliyun")


@pytest.mark.parametrize(
    ("environ", "fault"),
    [
        ({"FUNCTIONS": "aliyun"}, "FUNCTIONS='aliyun' is not of the form"),
        ({"FUNCTIONS": "Aliyun=countersign-f"}, "is not of the form"),
        ({"FUNCTIONS": "aliyun=countersign-a b"}, "is not of the form"),
        ({"FUNCTIONS": "aliyun=another-function"}, "is not of the form"),
        ({"FUNCTIONS": "sns=countersign-f"}, "sns is a sender already"),
        ({"FUNCTIONS": "a=countersign-f,a=countersign-g"}, "a stands twice"),
        (
            {"FUNCTIONS": "aliyun=countersign-f", "SENDERS": "tencent"},
            "there are sns, eum, notify, inbox, al",
        ),
        ({"SENDERS": "sns,eum,sns"}, "each is asked once"),
        ({"SENDERS": "notify"}, "NOTIFY_CONFIGURATION is empty"),
        ({"NOTIFY_COUNTRIES": "us"}, "is not of the form"),
        ({"NOTIFY_COUNTRIES": "JP,CN"}, "Notify never reaches CN"),
    ],
)
def test_a_sender_that_could_not_send_is_said(environ: dict[str, str], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Config.read(environ)


def test_what_aws_takes_fits_the_forms() -> None:
    """Neither stricter than botocore's model nor, but for a number's spelling, looser."""
    import re

    from chalicelib import aws
    from chalicelib.config import _FORMS

    model = aws.session().get_service_model("pinpoint-sms-voice-v2")
    for name, shape, samples in (
        ("eum_origination", "TextMessageOriginationIdentity", ["MyShop", "+1206", "pool-1", "a b"]),
        ("eum_voice_origination", "VoiceMessageOriginationIdentity", ["+1206", "pool-1", "a.b"]),
        ("eum_configuration_set", "ConfigurationSetNameOrArn", ["a_b", "arn:aws:x/y", "+"]),
        ("eum_protect_configuration", "ProtectConfigurationIdOrArn", ["a_b", "arn:a/y", "+"]),
        ("eum_max_price", "MaxPrice", ["0.50", ".5", "12.34567", "123.4", "1", "."]),
        ("notify_configuration", "NotifyConfigurationIdOrArn", ["nc-1", "arn:a/y", "+"]),
        ("notify_template", "NotifyTemplateId", ["notify-en-001", "a b"]),
        ("eum_in_entity_id", "DestinationCountryParameterValue", ["1101", "x" * 65, "a b"]),
    ):
        known = model.shape_for(shape).metadata
        for sample in samples:
            takes = bool(re.fullmatch(known["pattern"], sample)) and len(sample) <= known["max"]
            assert bool(re.fullmatch(_FORMS[name], sample)) == takes, (name, sample)


def test_a_function_that_ships_the_desk_does_not_start() -> None:
    with pytest.raises(ValueError, match="chalicelib/local"):
        Config.read({"STAGE": "dev", "AWS_LAMBDA_FUNCTION_NAME": "countersign-dev"})


def test_every_variable_is_documented() -> None:
    from dataclasses import fields

    for readme in ("README.md", "README.zh.md"):
        text = (Path(__file__).parents[2] / readme).read_text()
        for item in fields(Config):
            assert f"`{item.name.upper()}`" in text, (readme, item.name)


@pytest.mark.parametrize(
    ("stage", "demo", "shown"),
    [
        ("local", "", True),
        ("local", "off", False),
        ("prod", "", False),
        ("prod", "on", True),
        ("prod", "off", False),
    ],
)
def test_the_demo_page_is_shown_at_the_desk_and_where_it_is_asked_for(
    stage: str, demo: str, shown: bool
) -> None:
    assert Config.read({"STAGE": stage, "DEMO": demo}).demonstrates is shown


def test_the_region_that_aws_programs_hear_first_is_heard_by_botocore_too() -> None:
    environ = {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "us-east-1"}

    settle_region(environ)

    assert environ["AWS_DEFAULT_REGION"] == "eu-west-1"
