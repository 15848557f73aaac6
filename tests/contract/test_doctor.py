"""`make doctor`: what is wrong with an account is said, with a way out, and nothing is touched."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws

from chalicelib import aws
from chalicelib.config import Config
from tests.accounts import (
    ACCOUNT,
    DELIVERY_LOG,
    EUM,
    EUM_SANDBOX,
    HEALTHY,
    LOG,
    NO_NUMBERS,
    NO_POOLS,
    NUMBER,
    OPTED_OUT,
    OTHERS,
    OWN,
    PEOPLE,
    PREFIX,
    SENDER_ID,
    SENDER_IDS,
    SNS_SANDBOX,
    TOPIC,
    Cloud,
    Refusal,
    destinations,
    empty,
    furnish,
    limits,
    meeting,
    notify,
    numbers,
    pools,
    preferences,
    receipts,
    stack,
)
from tools import doctor
from tools.account import Account, client

#: A stage that uses all there is.
ALL = {
    "STAGE": "dev",
    "SENDERS": "sns, eum, notify, aliyun",
    "FUNCTIONS": "aliyun=countersign-aliyun",
    "SNS_SENDER_ID": "MyShop",
    "EUM_ORIGINATION": "pool-1",
    "EUM_VOICE_ORIGINATION": NUMBER,
    "EUM_CONFIGURATION_SET": "receipts",
    "EUM_PROTECT_CONFIGURATION": "protect-1",
    "NOTIFY_CONFIGURATION": "nc-1",
    "NOTIFY_TEMPLATE": "code-en",
    "NOTIFY_VOICE_TEMPLATE": "voice-en",
}
SNS_ALONE = {"STAGE": "dev", "SENDERS": "sns"}


@pytest.fixture(scope="module")
def met() -> Iterator[Cloud]:
    """An account that the clients of these tests meet: making them anew takes its time."""
    with meeting(Cloud()) as cloud:
        yield cloud


@pytest.fixture
def cloud(met: Cloud) -> Iterator[Cloud]:
    """An account in which all is well."""
    met.said = dict(HEALTHY)
    with mock_aws():
        furnish()
        met.asked.clear()
        yield met


Said = Callable[[Mapping[str, str]], tuple[int, list[str]]]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """The exit status and the lines for a stage with some environment."""

    def said(environ: Mapping[str, str]) -> tuple[int, list[str]]:
        status = doctor.doctor(Config.read(environ), Account.current())
        return status, capsys.readouterr().out.splitlines()

    return said


def test_nothing_is_missing_where_all_is_well(cloud: Cloud, said: Said) -> None:
    status, lines = said(ALL)

    *findings, blank, last = lines
    assert (status, blank, last) == (0, "", "0 missing, 0 to note")
    assert [line for line in findings if not re.match(r"ok {7}\S", line)] == []
    assert re.sub(r" {2,}", " | ", "\n".join(findings)) == ALL_WELL


ALL_WELL = f"""\
ok | account | account {ACCOUNT} in us-east-1, partition aws; dev sends by sns, eum, notify, aliyun
ok | region | us-east-1 has End User Messaging, by which SNS texts, too
ok | SNS sandbox | out of the sandbox
ok | SNS preferences | 200 US dollars a month may be spent
ok | SNS preferences | sender ID MyShop, where a country allows one
ok | SNS preferences | a receipt of every text goes to the delivery log
ok | SNS opted out | nobody opted out
ok | SNS rate | 20 texts a second, unless AWS has granted more, which it does not tell
ok | EUM tier | in production
ok | EUM spend limit | TEXT: 100 US dollars a month may be spent, 500 at the most
ok | EUM spend limit | VOICE: 50 US dollars a month may be spent, 50 at the most
ok | EUM_ORIGINATION | a pool, ACTIVE, SMS
ok | EUM_VOICE_ORIGINATION | a number of US, ACTIVE, VOICE, 2 a second
ok | EUM_PROTECT_CONFIGURATION | protect-1 is there
ok | EUM opted out | nobody opted out
ok | Notify | nc-1 is ACTIVE
ok | Notify | tier ADVANCED
ok | Notify templates | code-en is ACTIVE
ok | Notify templates | voice-en is ACTIVE
ok | Notify spend limit | NOTIFY: 9 US dollars a month may be spent, 9 at the most
ok | EUM_CONFIGURATION_SET | receipts is there
ok | EUM_CONFIGURATION_SET | receipts come by EventBridge and by {PREFIX}-receipts
ok | Lambda | 1000 at one time, of all functions of the account
ok | API Gateway | 10000 calls a second, 5000 at once
ok | senders | aliyun: countersign-aliyun
ok | stack | {PREFIX} is CREATE_COMPLETE, https://api.example.com/api/
ok | peppers | /countersign/dev/peppers is a SecureString
ok | apps | there is one, or more
ok | alarms | 1 subscribed
ok | unheard | nothing waits
ok | delivery log | {LOG} is read
ok | delivery log | {LOG}/Failure is read"""


#: What the stage says beside ALL, what AWS says, and the line that tells of it: its beginning,
#: and what it holds of a way out.
CASES: list[tuple[dict[str, str], dict[str, Any], str, str]] = [
    ({}, SNS_SANDBOX, "missing SNS sandbox: in the sandbox", "> Exit SMS sandbox"),
    ({}, SNS_SANDBOX, "note SNS sandbox: 2 numbers are verified", "> Add phone number"),
    (
        {},
        preferences(MonthlySpendLimit="1"),
        "missing SNS preferences: 1 US dollars",
        "Create case",
    ),
    (
        {},
        {"sns.GetSMSAttributes": {"attributes": {}}},
        "missing SNS preferences: 1 US dollars",
        "aws sns set-sms-attributes --attributes MonthlySpendLimit=",
    ),
    (
        {"SNS_SENDER_ID": ""},
        preferences(DefaultSenderID="TheirShop"),
        "ok SNS preferences: sender ID TheirShop",
        "",
    ),
    ({"SNS_SENDER_ID": ""}, {}, "note SNS preferences: no sender ID", "SNS_SENDER_ID"),
    (
        {},
        preferences(DeliveryStatusIAMRole=""),
        "note SNS preferences: no delivery status role",
        "DeliveryStatusIAMRole=ROLE_ARN,DeliveryStatusSuccessSamplingRate=100",
    ),
    (
        {},
        preferences(DeliveryStatusSuccessSamplingRate="10"),
        "note SNS preferences: receipts of 10 %",
        "DeliveryStatusSuccessSamplingRate=100",
    ),
    (
        {},
        {"sns.ListPhoneNumbersOptedOut": {"phoneNumbers": PEOPLE}},
        "note SNS opted out: 130 numbers",
        "aws sns opt-in-phone-number",
    ),
    ({}, EUM_SANDBOX, "missing EUM tier: in the sandbox", "Support Center > Create case"),
    ({}, EUM_SANDBOX, "note EUM tier: 3 numbers are verified", "Verified destination numbers"),
    (
        {},
        {f"{EUM}.DescribeAccountAttributes": {"AccountAttributes": []}},
        "note EUM tier: the tier is not told",
        "> Overview",
    ),
    (
        {},
        {f"{EUM}.DescribeSpendLimits": limits(TEXT=(9, 9), NOTIFY=(9, 9))},
        "note EUM spend limit: VOICE: AWS does not say",
        "Support Center > Create case",
    ),
    (
        {},
        {f"{EUM}.DescribeSpendLimits": limits(TEXT=(1, 1), VOICE=(9, 9), NOTIFY=(9, 9))},
        "missing EUM spend limit: TEXT: 1 US dollars",
        "Support Center > Create case",
    ),
    (
        {},
        {f"{EUM}.DescribeSpendLimits": limits(TEXT=(9, 9), VOICE=(1, 500), NOTIFY=(9, 9))},
        "missing EUM spend limit: VOICE: 1 US dollars a month may be spent, 500",
        "set-voice-message-spend-limit-override --monthly-limit 500",
    ),
    (
        {},
        {f"{EUM}.DescribeSpendLimits": limits(TEXT=(9, 9), VOICE=(9, 9), NOTIFY=(1, 1))},
        "missing Notify spend limit: NOTIFY: 1 US dollars",
        "Support Center > Create case",
    ),
    ({"EUM_ORIGINATION": ""}, {}, "note EUM_ORIGINATION: none is set: AWS picks from 4", "stage"),
    (
        {"EUM_ORIGINATION": "", "EUM_VOICE_ORIGINATION": ""},
        {**NO_NUMBERS, **NO_POOLS},
        "note EUM_ORIGINATION: no number, pool or sender ID",
        "> Request originator",
    ),
    ({}, NO_POOLS, "missing EUM_ORIGINATION: nothing of that name in us-east-1", "Phone pools"),
    (
        {"EUM_ORIGINATION": "+12065550111"},
        {},
        "missing EUM_ORIGINATION: nothing of that name",
        "> Request originator",
    ),
    ({}, pools(Status="CREATING"), "missing EUM_ORIGINATION: a pool is CREATING", "Phone pools"),
    (
        {},
        pools(MessageType="PROMOTIONAL"),
        "missing EUM_ORIGINATION: a pool is PROMOTIONAL, and codes are TRANSACTIONAL",
        "Phone pools",
    ),
    (
        {},
        empty(f"{EUM}.ListPoolOriginationIdentities", "OriginationIdentities"),
        "missing EUM_ORIGINATION: a pool has no SMS capability",
        "Phone pools",
    ),
    ({"EUM_ORIGINATION": NUMBER}, {}, "ok EUM_ORIGINATION: a number of US, ACTIVE, SMS, 10", ""),
    ({"EUM_ORIGINATION": "phone-1"}, {}, "ok EUM_ORIGINATION: a number of US", ""),
    ({"EUM_ORIGINATION": "MYSHOP"}, SENDER_IDS, "ok EUM_ORIGINATION: a sender ID in GB, SG", ""),
    (
        {"EUM_ORIGINATION": f"{OWN}phone-number/phone-1"},
        numbers(PhoneNumberArn=f"{OWN}phone-number/phone-1"),
        "ok EUM_ORIGINATION: a number of US",
        "",
    ),
    (
        {"EUM_ORIGINATION": f"{OTHERS}pool/pool-1"},
        pools(PoolArn=f"{OTHERS}pool/pool-1"),
        "ok EUM_ORIGINATION: a pool, ACTIVE, SMS",
        "",
    ),
    (
        {"EUM_ORIGINATION": f"{OWN}sender-id/MYSHOP/SG"},
        {
            f"{EUM}.DescribeSenderIds": {
                "SenderIds": [{**SENDER_ID, "SenderIdArn": f"{OWN}sender-id/MYSHOP/SG"}]
            }
        },
        "ok EUM_ORIGINATION: a sender ID in SG",
        "",
    ),
    (
        {},
        numbers(MessageType="PROMOTIONAL"),
        "ok EUM_VOICE_ORIGINATION: a number of US, ACTIVE, VOICE",
        "",
    ),
    (
        {},
        {
            **pools(SharedRoutesEnabled=True),
            **empty(f"{EUM}.ListPoolOriginationIdentities", "OriginationIdentities"),
        },
        "ok EUM_ORIGINATION: a pool, ACTIVE, SMS",
        "",
    ),
    (
        {},
        numbers(Status="PENDING"),
        "missing EUM_VOICE_ORIGINATION: a number of US is PENDING",
        "> Registrations",
    ),
    (
        {},
        numbers(NumberCapabilities=["SMS"]),
        "missing EUM_VOICE_ORIGINATION: a number of US has no VOICE capability",
        "Phone numbers",
    ),
    (
        {},
        numbers(NumberType="SIMULATOR"),
        "note EUM_VOICE_ORIGINATION: a number of US is a simulator's",
        "> Request originator",
    ),
    (
        {"EUM_VOICE_ORIGINATION": "pool-1"},
        {},
        "ok EUM_VOICE_ORIGINATION: a pool, ACTIVE, VOICE",
        "",
    ),
    (
        {"EUM_PROTECT_CONFIGURATION": "protect-2"},
        {},
        "missing EUM_PROTECT_CONFIGURATION: protect-2 is not there",
        "> Protect configurations",
    ),
    (
        {"EUM_PROTECT_CONFIGURATION": ""},
        {},
        "note EUM_PROTECT_CONFIGURATION: none: any country",
        "> Protect configurations",
    ),
    (
        {"EUM_PROTECT_CONFIGURATION": ""},
        {
            f"{EUM}.DescribeAccountAttributes": {
                "AccountAttributes": [
                    {"Name": "DEFAULT_PROTECT_CONFIGURATION_ID", "Value": "protect-1"}
                ]
            }
        },
        "ok EUM_PROTECT_CONFIGURATION: the account's default",
        "",
    ),
    (
        {},
        {f"{EUM}.DescribeOptedOutNumbers": OPTED_OUT},
        "note EUM opted out: 2 numbers on the list Default",
        "> Opt-out lists > Default",
    ),
    (
        {"NOTIFY_CONFIGURATION": "nc-2"},
        {},
        "missing Notify: nc-2 is not there",
        "> Create configuration",
    ),
    (
        {},
        notify(Status="REJECTED", RejectionReason="no use case"),
        "missing Notify: nc-1 is REJECTED: no use case",
        "> Notify",
    ),
    (
        {},
        notify(Tier="BASIC", TierUpgradeStatus="PENDING_UPGRADE"),
        "note Notify: tier BASIC: 200 codes a day",
        "PENDING_UPGRADE",
    ),
    ({}, notify(EnabledChannels=["VOICE"]), "missing Notify: SMS is not enabled", "channels"),
    ({}, notify(EnabledChannels=["SMS"]), "missing Notify: VOICE is not enabled", "channels"),
    (
        {"NOTIFY_COUNTRIES": "US, JP"},
        notify(EnabledCountries=["US"]),
        "note Notify: not enabled for JP",
        "NOTIFY_COUNTRIES",
    ),
    ({"NOTIFY_TEMPLATE": ""}, {}, "missing Notify: no template", "NOTIFY_TEMPLATE"),
    (
        {"NOTIFY_TEMPLATE": "code-zh"},
        {},
        "missing Notify templates: code-zh is not there",
        "> Templates",
    ),
    (
        {},
        {
            f"{EUM}.DescribeNotifyTemplates": {
                "NotifyTemplates": [
                    {"TemplateId": name, "Status": "INACTIVE"} for name in ("code-en", "voice-en")
                ]
            }
        },
        "missing Notify templates: voice-en is INACTIVE",
        "> Templates",
    ),
    (
        {"EUM_CONFIGURATION_SET": "receiptz"},
        {},
        "missing EUM_CONFIGURATION_SET: receiptz is not there",
        "create-configuration-set --configuration-set-name receiptz",
    ),
    (
        {"EUM_CONFIGURATION_SET": ""},
        {},
        "note EUM_CONFIGURATION_SET: receipts come by EventBridge alone",
        f"--sns-destination TopicArn={TOPIC}",
    ),
    (
        {},
        {f"{EUM}.DescribeConfigurationSets": destinations()},
        "note EUM_CONFIGURATION_SET: receipts come by EventBridge alone",
        "create-event-destination --configuration-set-name receipts",
    ),
    (
        {},
        receipts(SnsDestination={"TopicArn": f"{TOPIC}-2"}),
        "note EUM_CONFIGURATION_SET: receipts come by EventBridge alone",
        f"--sns-destination TopicArn={TOPIC}",
    ),
    (
        {},
        receipts(Enabled=False),
        "note EUM_CONFIGURATION_SET: receipts come by EventBridge alone, which is best effort: "
        "the topic's destination is off",
        "> Configuration sets",
    ),
    (
        {},
        receipts(MatchingEventTypes=["TEXT_ALL", "VOICE_COMPLETED"]),
        "note EUM_CONFIGURATION_SET: 7 event types do not go to the topic, VOICE_ANSWERED",
        "> Configuration sets > receipts",
    ),
    (
        {"EUM_VOICE_ORIGINATION": ""},
        receipts(MatchingEventTypes=["TEXT_ALL"]),
        "note EUM_CONFIGURATION_SET: 8 event types do not go to the topic, VOICE_ANSWERED",
        "> Configuration sets > receipts",
    ),
    (
        {"EUM_VOICE_ORIGINATION": "", "NOTIFY_VOICE_TEMPLATE": ""},
        receipts(MatchingEventTypes=["TEXT_ALL"]),
        "ok EUM_CONFIGURATION_SET: receipts come by EventBridge and by",
        "",
    ),
    (
        {},
        receipts(MatchingEventTypes=["ALL"]),
        "ok EUM_CONFIGURATION_SET: receipts come by EventBridge and by",
        "",
    ),
    (
        {},
        {"lambda.GetAccountSettings": {"AccountLimit": {"ConcurrentExecutions": 10}}},
        "note Lambda: 10 at one time",
        "--quota-code L-B99A9384 --desired-value 1000",
    ),
    ({}, {"apigateway.GetAccount": {}}, "note API Gateway: AWS does not tell", "Service Quotas"),
    (
        {},
        {"lambda.GetFunctionConfiguration": Refusal("ResourceNotFoundException")},
        "missing senders: aliyun: no function countersign-aliyun",
        "examples/aliyun",
    ),
    (
        {},
        {"lambda.GetFunctionConfiguration": {"FunctionName": "f", "State": "Failed"}},
        "missing senders: aliyun: f is Failed",
        "Lambda console",
    ),
    (
        {},
        {"lambda.GetFunctionConfiguration": {"FunctionName": "f", "State": "Inactive"}},
        "ok senders: aliyun: f",
        "",
    ),
    (
        {},
        {"sqs.GetQueueUrl": Refusal("AWS.SimpleQueueService.NonExistentQueue")},
        f"missing unheard: no queue {PREFIX}-unheard",
        "make deploy STAGE=dev",
    ),
    (
        {},
        {"sqs.GetQueueUrl": Refusal("QueueDoesNotExist")},
        f"missing unheard: no queue {PREFIX}-unheard",
        "make deploy STAGE=dev",
    ),
    (
        {},
        {"sns.ListSubscriptionsByTopic": Refusal("NotFound")},
        "missing alarms: no topic",
        "make deploy STAGE=dev",
    ),
    (
        {},
        {"cloudformation.DescribeStacks": stack("UPDATE_ROLLBACK_COMPLETE")},
        f"note stack: {PREFIX} is UPDATE_ROLLBACK_COMPLETE",
        f"CloudFormation console > {PREFIX} > Events",
    ),
    (
        {},
        {"cloudformation.DescribeStacks": stack("UPDATE_IN_PROGRESS")},
        f"note stack: {PREFIX} is UPDATE_IN_PROGRESS",
        "wait",
    ),
    (
        {},
        {"cloudformation.DescribeStacks": stack("ROLLBACK_COMPLETE")},
        f"missing stack: {PREFIX} is ROLLBACK_COMPLETE",
        "make deploy STAGE=dev",
    ),
    (
        {},
        {"logs.DescribeLogGroups": {"logGroups": []}},
        "note delivery log: no log group",
        "delivery status logging",
    ),
    (
        {},
        {"logs.DescribeSubscriptionFilters": {"subscriptionFilters": [{"destinationArn": TOPIC}]}},
        f"note delivery log: {LOG}/Failure is not read",
        f"--log-group-name {LOG}/Failure --filter-name {PREFIX} --filter-pattern '' "
        f"--destination-arn {DELIVERY_LOG}",
    ),
]


@pytest.mark.parametrize(
    ("environ", "answers", "line", "remedy"), CASES, ids=[case[2] for case in CASES]
)
def test_what_is_found_is_said_with_a_way_out(
    cloud: Cloud,
    said: Said,
    environ: dict[str, str],
    answers: dict[str, Any],
    line: str,
    remedy: str,
) -> None:
    cloud.said |= answers

    status, lines = said({**ALL, **environ})

    level, _, rest = line.partition(" ")
    subject, _, text = rest.partition(": ")
    [found] = [one for one in lines if _parts(one)[:2] == (level, subject) and text in one]
    assert _parts(found)[2].startswith(text)
    assert remedy in found.partition(" → ")[2]
    assert bool(found.partition(" → ")[2]) is (level != "ok")
    if level == "missing" and "ORIGINATION" in subject:
        assert [one for one in lines if _parts(one)[1:2] == (subject,)] == [found]
    missing = sum(one.startswith("missing ") for one in lines)
    assert status == (1 if missing else 0)
    assert lines[-1].startswith(f"{missing} missing, ")


@pytest.mark.parametrize("answers", [{}, *(case[1] for case in CASES)])
def test_every_command_it_advises_is_one_of_awss(
    cloud: Cloud, said: Said, answers: dict[str, Any]
) -> None:
    cloud.said |= answers
    _, lines = said({**ALL, "EUM_CONFIGURATION_SET": ""})

    commands = re.findall(r"aws ([a-z0-9-]+) ([a-z-]+)([^;→]*)", "\n".join(lines))

    assert commands
    for service, name, options in commands:
        model = aws.session().get_service_model(service)
        [operation] = [one for one in model.operation_names if xform_name(one, "-") == name]
        shape: Any = model.operation_model(operation).input_shape
        given, known = (
            re.findall("--([a-z-]+)", options),
            {xform_name(one, "-") for one in shape.members},
        )
        assert set(given) <= known
        assert {xform_name(one, "-") for one in shape.required_members} <= set(given)


def _parts(line: str) -> tuple[str, ...]:
    """Level, subject and text of a line."""
    return tuple(re.split(r" {2,}", line, maxsplit=2))


def no_parameter() -> None:
    client("ssm").delete_parameter(Name="/countersign/dev/peppers")


def plain_parameter() -> None:
    no_parameter()
    client("ssm").put_parameter(Name="/countersign/dev/peppers", Value="f00d", Type="String")


def no_apps() -> None:
    for id in ("one", "two"):
        client("dynamodb").delete_item(TableName=f"{PREFIX}-apps", Key={"id": {"S": id}})


def no_table() -> None:
    client("dynamodb").delete_table(TableName=f"{PREFIX}-apps")


def no_subscription() -> None:
    sns = client("sns")
    for one in sns.list_subscriptions()["Subscriptions"]:
        sns.unsubscribe(SubscriptionArn=one["SubscriptionArn"])


def no_topic() -> None:
    client("sns").delete_topic(TopicArn=f"arn:aws:sns:us-east-1:{ACCOUNT}:{PREFIX}-alarms")


def waiting() -> None:
    url = client("sqs").get_queue_url(QueueName=f"{PREFIX}-unheard")["QueueUrl"]
    for body in "abc":
        client("sqs").send_message(QueueUrl=url, MessageBody=body)


def no_queue() -> None:
    url = client("sqs").get_queue_url(QueueName=f"{PREFIX}-unheard")["QueueUrl"]
    client("sqs").delete_queue(QueueUrl=url)


@pytest.mark.parametrize(
    ("happens", "line", "remedy"),
    [
        (
            no_parameter,
            "missing peppers: no parameter /countersign/dev",
            "--stage dev rotate-pepper",
        ),
        (plain_parameter, "note peppers: /countersign/dev/peppers is a String", "rotate-pepper"),
        (no_apps, "missing apps: none", '--stage dev create-app "My Shop"'),
        (no_table, f"missing apps: no table {PREFIX}-apps", "make deploy STAGE=dev"),
        (no_subscription, "note alarms: nobody is told", "STAGE=dev PARAMETERS='AlarmEmail="),
        (no_topic, "missing alarms: no topic", "make deploy STAGE=dev"),
        (waiting, f"note unheard: 3 wait in {PREFIX}-unheard", "SQS console"),
        (no_queue, f"missing unheard: no queue {PREFIX}-unheard", "make deploy STAGE=dev"),
    ],
)
def test_what_became_of_the_deployment_is_said(
    cloud: Cloud, said: Said, happens: Callable[[], None], line: str, remedy: str
) -> None:
    happens()

    status, lines = said(ALL)

    [found] = [one for one in lines if one.startswith(("note ", "missing "))]
    level, subject, text = _parts(found)
    assert f"{level} {subject}: {text}".startswith(line)
    assert remedy in text.partition(" → ")[2]
    assert status == (1 if level == "missing" else 0)


def test_a_subscription_that_nobody_confirmed_tells_nobody(cloud: Cloud, said: Said) -> None:
    pending = {"SubscriptionArn": "PendingConfirmation", "Protocol": "email"}
    cloud.said["sns.ListSubscriptionsByTopic"] = {"Subscriptions": [pending]}

    _, lines = said(ALL)

    assert any("alarms" in line and "no subscription is confirmed" in line for line in lines)


@pytest.mark.parametrize(
    "there",
    [
        Refusal("ValidationError", message=f"Stack with id {PREFIX} does not exist"),
        stack("REVIEW_IN_PROGRESS"),
    ],
)
def test_without_a_stack_one_line_says_so(cloud: Cloud, said: Said, there: Any) -> None:
    cloud.said["cloudformation.DescribeStacks"] = there

    status, lines = said(ALL)

    [found] = [line for line in lines if line.startswith("note ")]
    assert _parts(found)[1:] == ("stack", "no stack yet → make deploy STAGE=dev")
    assert status == 0
    assert not {name for name, _ in cloud.asked} & {"dynamodb.Scan", "ssm.DescribeParameters"}


def test_what_is_not_configured_is_not_spoken_of(cloud: Cloud, said: Said) -> None:
    """Without calls nothing is said of calls, and without a list of countries nothing of those."""
    cloud.said |= notify(EnabledChannels=["SMS"], EnabledCountries=[], DefaultTemplateId="code-zh")
    silent = {"EUM_VOICE_ORIGINATION": "", "NOTIFY_VOICE_TEMPLATE": "", "NOTIFY_TEMPLATE": ""}

    status, lines = said({**ALL, **silent})

    assert (status, lines[-1]) == (0, "0 missing, 0 to note")
    assert "VOICE" not in "".join(lines)


def test_of_senders_that_are_not_in_use_nothing_is_asked(cloud: Cloud, said: Said) -> None:
    said(SNS_ALONE)
    assert not [name for name, _ in cloud.asked if name.startswith(EUM)]

    cloud.asked.clear()
    said({**ALL, "SENDERS": "notify"})
    asked = {name for name, _ in cloud.asked}
    assert f"{EUM}.DescribeNotifyConfigurations" in asked
    assert not [name for name in asked if name.startswith("logs.")]
    assert not {
        f"{EUM}.DescribePools",
        "sns.GetSMSAttributes",
        "lambda.GetFunctionConfiguration",
    } & (asked)

    cloud.asked.clear()
    _, lines = said({**ALL, "SENDERS": "aliyun"})
    assert not [name for name, _ in cloud.asked if name.startswith((EUM, "sns.GetSMS"))]
    assert not [line for line in lines if " region " in line]


@pytest.mark.parametrize(
    ("region", "text"),
    [
        ("ap-southeast-7", "ap-southeast-7 sends no texts → AWS_REGION=ap-"),
        ("cn-north-1", "aws-cn sends no texts from any region → a function of your own"),
    ],
)
def test_a_region_without_texts_is_said_and_another_named(
    cloud: Cloud, said: Said, monkeypatch: pytest.MonkeyPatch, region: str, text: str
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    client.cache_clear()
    status, lines = said(ALL)
    client.cache_clear()

    [found] = [line for line in lines if _parts(line)[1:2] == ("region",)]
    assert (status, found.split()[0]) == (1, "missing")
    assert text in found
    assert not [name for name, _ in cloud.asked if name.startswith((EUM, "sns.GetSMS"))]


PREFIXES = {EUM: "sms-voice"}
MOTOS = [
    "dynamodb.Scan",
    "sns.ListSubscriptionsByTopic",
    "sqs.GetQueueAttributes",
    "sqs.GetQueueUrl",
    "ssm.DescribeParameters",
]


@pytest.mark.parametrize("operation", [*HEALTHY, *MOTOS])
def test_a_permission_that_lacks_is_named_once_and_ends_nothing(
    cloud: Cloud, said: Said, operation: str
) -> None:
    cloud.said |= {**SNS_SANDBOX, **EUM_SANDBOX}
    environ = {**ALL, "EUM_ORIGINATION": "MYSHOP", "EUM_VOICE_ORIGINATION": "pool-1"}
    _, before = said(environ)
    cloud.said[operation] = Refusal("AccessDeniedException")

    _, after = said(environ)

    service, _, name = operation.partition(".")
    action = (
        "apigateway:GET" if service == "apigateway" else f"{PREFIXES.get(service, service)}:{name}"
    )
    new = [line for line in after[:-1] if line not in before]
    [found] = new
    assert re.match(rf"note +\S.*  cannot look: needs action {action}$", found)
    unlike = {_parts(line)[1] for line in before[:-2]} - {_parts(line)[1] for line in after[:-2]}
    assert len(unlike) <= 1, "every other subject is still spoken of"


def test_what_else_aws_refuses_is_no_end_either(cloud: Cloud, said: Said) -> None:
    cloud.said |= {
        f"{EUM}.DescribeAccountAttributes": Refusal("AccessDeniedException", "ACCOUNT_DISABLED"),
        "lambda.GetAccountSettings": Refusal("TooManyRequestsException"),
        "sns.GetSMSAttributes": Refusal("InvalidAction"),
        "sns.GetSMSSandboxAccountStatus": Refusal("InvalidAction"),
    }

    status, lines = said(ALL)

    assert status == 0
    assert [_parts(line)[1:] for line in lines if line.startswith("note ")] == [
        ("SNS sandbox", "cannot look: sns says InvalidAction to GetSMSSandboxAccountStatus"),
        ("SNS preferences", "cannot look: sns says InvalidAction to GetSMSAttributes"),
        ("EUM tier", f"cannot look: {EUM} says ACCOUNT_DISABLED to DescribeAccountAttributes"),
        ("Lambda", "cannot look: lambda says TooManyRequestsException to GetAccountSettings"),
    ]


def test_what_does_not_answer_is_no_end_either(cloud: Cloud, said: Said) -> None:
    lambda_ = client("lambda")
    nowhere = EndpointConnectionError(endpoint_url="https://lambda.us-east-1.amazonaws.com")

    def cut(**_: object) -> None:
        raise nowhere

    lambda_.meta.events.register("before-call.lambda.GetAccountSettings", cut)
    status, lines = said(ALL)
    lambda_.meta.events.unregister("before-call.lambda.GetAccountSettings", cut)

    [found] = [line for line in lines if line.startswith("note ")]
    text = "cannot look: lambda does not answer GetAccountSettings (EndpointConnectionError)"
    assert (status, _parts(found)[1:]) == (0, ("Lambda", text))


def test_nothing_is_asked_but_to_read(cloud: Cloud, said: Said) -> None:
    cloud.said |= {**SNS_SANDBOX, **EUM_SANDBOX, **SENDER_IDS}
    for environ in (ALL, {**ALL, "EUM_ORIGINATION": "", "EUM_PROTECT_CONFIGURATION": ""}):
        said(environ)

    scans = [asked for name, asked in cloud.asked if name == "dynamodb.Scan"]
    # Settings are read to hold rules to them, without keys; whether there are apps, by a page.
    assert [scan.get("Limit", scan.get("ProjectionExpression")) for scan in scans] == [
        "#id, #settings",
        1,
        1,
    ]
    assert {name for name, _ in cloud.asked} == {*HEALTHY, *MOTOS, "sts.GetCallerIdentity"}
    for name, _ in cloud.asked:
        operation = name.partition(".")[2]
        reads = operation.startswith(("Get", "List", "Describe"))
        assert reads or operation == "Scan", name
        assert operation not in ("GetParameter", "GetParameters"), "peppers are not read"


def test_no_whole_number_is_ever_printed(cloud: Cloud, said: Said) -> None:
    cloud.said |= {
        **SNS_SANDBOX,
        **EUM_SANDBOX,
        "sns.ListPhoneNumbersOptedOut": {"phoneNumbers": PEOPLE},
        f"{EUM}.DescribeOptedOutNumbers": OPTED_OUT,
        "lambda.GetAccountSettings": Refusal("AccessDeniedException"),
    }
    for name in (NUMBER, "+12065550111"):
        _, lines = said({**ALL, "EUM_ORIGINATION": name})
        text = "\n".join(lines).replace(ACCOUNT, "")
        assert not re.search("[0-9]{7}", text)


def test_the_command_looks_for_a_stage(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.said |= SNS_SANDBOX

    status = doctor.main(["--stage", "dev"])

    out = capsys.readouterr().out
    assert status == 1
    assert f"account {ACCOUNT} in us-east-1, partition aws; dev sends by sns" in out
    assert "\nmissing  SNS sandbox " in out
    assert f"ok       stack                      {PREFIX} is CREATE_COMPLETE" in out


@pytest.mark.parametrize(
    ("environ", "arguments", "text"),
    [
        ({}, [], "cannot look: no region: set AWS_REGION"),
        ({"AWS_REGION": "us-east-1"}, [], "cannot look: AWS does not know you: "),
        ({}, ["--stage", "nowhere"], "cannot look: .chalice/config.json: no stage 'nowhere'"),
    ],
)
def test_where_it_cannot_look_it_says_why(
    environ: dict[str, str], arguments: list[str], text: str
) -> None:
    bare = {"PATH": os.environ["PATH"], "HOME": "/nowhere", "AWS_EC2_METADATA_DISABLED": "true"}

    done = subprocess.run(
        [sys.executable, "-m", "tools.doctor", *arguments],
        env={**bare, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(text)
    assert len(done.stderr.splitlines()) <= 2
