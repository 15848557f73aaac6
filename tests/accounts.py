"""An AWS account to look at: what it answers is held to AWS's model, and all is well in it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.validate import validate_parameters

from chalicelib import aws
from chalicelib.senders.notify import BASIC
from tools.account import client

EUM = "pinpoint-sms-voice-v2"
ACCOUNT = "123456789012"
PREFIX = "countersign-dev"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:{PREFIX}-receipts"
LOG = f"sns/us-east-1/{ACCOUNT}/DirectPublishToPhoneNumber"
DELIVERY_LOG = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{PREFIX}-DeliveryLog-1"
#: What another account shares with this one.
OTHERS = "arn:aws:sms-voice:us-east-1:210987654321:"
OWN = f"arn:aws:sms-voice:us-east-1:{ACCOUNT}:"
NUMBER = "+12065550100"
PEOPLE = [f"+8613800138{last:03}" for last in range(130)]


@dataclass(frozen=True)
class Refusal:
    """AWS says no."""

    code: str
    reason: str = ""
    message: str = f"{NUMBER} is not authorized"


POOL = {"PoolId": "pool-1", "Status": "ACTIVE", "MessageType": "TRANSACTIONAL"}
PHONE = {
    "PhoneNumber": NUMBER,
    "PhoneNumberId": "phone-1",
    "Status": "ACTIVE",
    "IsoCountryCode": "US",
    "MessageType": "TRANSACTIONAL",
    "NumberType": "LONG_CODE",
    "NumberCapabilities": ["SMS", "VOICE"],
    "MessagingLimits": {"RateLimits": {"SMS": 10, "VOICE": 2}},
}
SENDER_ID = {"SenderId": "MYSHOP", "IsoCountryCode": "SG", "MessageTypes": ["TRANSACTIONAL"]}
DESTINATION = {
    "EventDestinationName": "countersign",
    "Enabled": True,
    "MatchingEventTypes": ["TEXT_ALL", "VOICE_ALL"],
    "SnsDestination": {"TopicArn": TOPIC},
}
NOTIFY = {
    "NotifyConfigurationId": "nc-1",
    "Status": "ACTIVE",
    "Tier": "ADVANCED",
    "EnabledCountries": list(BASIC),
    "EnabledChannels": ["SMS", "VOICE"],
}
SETTINGS = {
    "MonthlySpendLimit": "200",
    "DeliveryStatusIAMRole": "arn:aws:iam::123456789012:role/sns",
    "DeliveryStatusSuccessSamplingRate": "100",
}


def tier(value: str) -> dict[str, Any]:
    return {"AccountAttributes": [{"Name": "ACCOUNT_TIER", "Value": value}]}


def limits(**dollars: tuple[int, int]) -> dict[str, Any]:
    """What is enforced by channel, and what AWS allows at the most."""
    return {
        "SpendLimits": [
            {
                "Name": f"{channel}_MESSAGE_MONTHLY_SPEND_LIMIT",
                "EnforcedLimit": enforced,
                "MaxLimit": most,
            }
            for channel, (enforced, most) in dollars.items()
        ]
    }


def stack(status: str = "CREATE_COMPLETE") -> dict[str, Any]:
    outputs = {"EndpointURL": "https://api.example.com/api/", "DeliveryLogArn": DELIVERY_LOG}
    said = [{"OutputKey": name, "OutputValue": value} for name, value in outputs.items()]
    return {"Stacks": [{"StackName": PREFIX, "StackStatus": status, "Outputs": said}]}


def destinations(*several: dict[str, Any]) -> dict[str, Any]:
    sets = [{"ConfigurationSetName": "receipts", "EventDestinations": list(several)}]
    return {"ConfigurationSets": sets}


def rules(**statuses: str) -> dict[str, Any]:
    """Those of a protect configuration, by country."""
    return {"CountryRuleSet": {name: {"ProtectStatus": one} for name, one in statuses.items()}}


#: An account that lacks nothing, as far as moto has no such thing.
HEALTHY: dict[str, Any] = {
    "apigateway.GetAccount": {"throttleSettings": {"rateLimit": 10000.0, "burstLimit": 5000}},
    "cloudformation.DescribeStacks": stack(),
    "lambda.GetAccountSettings": {"AccountLimit": {"ConcurrentExecutions": 1000}},
    "lambda.GetFunctionConfiguration": {"FunctionName": "countersign-aliyun", "State": "Active"},
    "logs.DescribeLogGroups": {
        "logGroups": [{"logGroupName": LOG}, {"logGroupName": f"{LOG}/Failure"}]
    },
    "logs.DescribeSubscriptionFilters": {"subscriptionFilters": [{"destinationArn": DELIVERY_LOG}]},
    "sns.GetSMSAttributes": {"attributes": SETTINGS},
    "sns.GetSMSSandboxAccountStatus": {"IsInSandbox": False},
    "sns.ListPhoneNumbersOptedOut": {"phoneNumbers": []},
    "sns.ListSMSSandboxPhoneNumbers": {"PhoneNumbers": []},
    f"{EUM}.DescribeAccountAttributes": tier("PRODUCTION"),
    f"{EUM}.DescribeConfigurationSets": destinations(DESTINATION),
    f"{EUM}.DescribeNotifyConfigurations": {"NotifyConfigurations": [NOTIFY]},
    f"{EUM}.DescribeNotifyTemplates": {
        "NotifyTemplates": [
            {"TemplateId": name, "Status": "ACTIVE"} for name in ("voice-en", "code-en")
        ]
    },
    f"{EUM}.DescribeOptOutLists": {"OptOutLists": [{"OptOutListName": "Default"}]},
    f"{EUM}.DescribeOptedOutNumbers": {"OptedOutNumbers": []},
    f"{EUM}.DescribePhoneNumbers": {"PhoneNumbers": [{"PhoneNumber": "+12065550199"}, PHONE]},
    f"{EUM}.DescribePools": {"Pools": [{"PoolId": "pool-0"}, POOL]},
    f"{EUM}.DescribeProtectConfigurations": {
        "ProtectConfigurations": [{"ProtectConfigurationId": "protect-1"}]
    },
    f"{EUM}.DescribeSenderIds": {"SenderIds": []},
    f"{EUM}.GetProtectConfigurationCountryRuleSet": rules(CN="ALLOW", HK="BLOCK", US="BLOCK"),
    f"{EUM}.DescribeSpendLimits": limits(TEXT=(100, 500), VOICE=(50, 50), NOTIFY=(9, 9)),
    f"{EUM}.DescribeVerifiedDestinationNumbers": {"VerifiedDestinationNumbers": []},
    f"{EUM}.ListPoolOriginationIdentities": {
        "OriginationIdentities": [
            {"NumberCapabilities": ["VOICE"]},
            {"NumberCapabilities": ["SMS"]},
        ]
    },
}
#: By which names AWS is asked for some of all; it refuses those it does not know.
CHOSEN = {
    "ConfigurationSetNames": "ConfigurationSetName",
    "NotifyConfigurationIds": "NotifyConfigurationId",
    "ProtectConfigurationIds": "ProtectConfigurationId",
    "TemplateIds": "TemplateId",
}


def whole(shape: Any, said: Any) -> Any:
    """*said* with all that AWS's model requires, whatever it is."""
    if shape.type_name == "list":
        return [whole(shape.member, one) for one in said]
    if shape.type_name != "structure":
        return said
    required = {name: blank(shape.members[name]) for name in shape.required_members}
    return required | {name: whole(shape.members[name], one) for name, one in said.items()}


def blank(shape: Any) -> Any:
    """The least of what a shape of AWS's model allows."""
    least = shape.metadata.get("min", 0)
    values: dict[str, Any] = {
        "boolean": False,
        "integer": least,
        "long": least,
        "map": {},
        "string": "?" * max(least, 1),
        "timestamp": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return ["?"] * least if shape.type_name == "list" else values[shape.type_name]


@dataclass
class Cloud:
    """An AWS account: *said* is what it answers, held to AWS's model; for the rest there is moto.

    Its lists come one item a page.
    """

    said: dict[str, Any] = field(default_factory=lambda: dict(HEALTHY))
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def hear(self, params: dict[str, Any], model: Any, **_: object) -> None:
        service = model.service_model.service_name
        self.asked.append((f"{service}.{model.name}", dict(params)))

    def answer(self, model: Any, **_: object) -> tuple[AWSResponse, dict[str, Any]] | None:
        name, asked = self.asked[-1]
        said = self.said.get(name)
        if said is None:
            return None
        if callable(said):
            said = said(asked)
        elif not isinstance(said, Refusal):
            said = self._chosen(asked, said)
        if isinstance(said, Refusal):
            error = {"Code": said.code, "Message": said.message}
            reason = {"Reason": said.reason} if said.reason else {}
            return _response(400), {"Error": error, **reason}
        page = _page(model, asked, whole(model.output_shape, said))
        validate_parameters(page, model.output_shape)
        return _response(200), page

    def _chosen(self, asked: Mapping[str, Any], said: dict[str, Any]) -> Any:
        """Those of a list that are asked for."""
        for parameter, key in CHOSEN.items():
            if wanted := asked.get(parameter):
                [(name, items)] = said.items()
                items = [item for item in items if item[key] in wanted]
                return {name: items} if items else Refusal("ResourceNotFoundException")
        if "Owner" in asked:
            [(name, items)] = said.items()
            shared = asked["Owner"] == "SHARED"
            return {name: [item for item in items if (OTHERS in str(item)) is shared]}
        for wanted in asked.get("Filters", []):
            [(name, items)] = said.items()
            return {name: [item for item in items if item["Status"] in wanted["Values"]]}
        return said


def _response(status: int) -> AWSResponse:
    return AWSResponse("", status, HTTPHeaders(), None)


def _page(model: Any, asked: Mapping[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """One item, and where the next one is."""
    token = next((name for name in said and model.output_shape.members if "oken" in name), "")
    lists = [name for name, items in said.items() if isinstance(items, list)]
    if not token or not lists:
        return said
    [name] = lists
    place = int(asked.get(token, 0))
    more = {token: str(place + 1)} if place + 1 < len(said[name]) else {}
    return {**said, name: said[name][place : place + 1], **more}


def furnish() -> None:
    """Make what the stack makes, and what comes beside it."""
    client("ssm").put_parameter(Name="/countersign/dev/peppers", Value="f00d", Type="SecureString")
    client("dynamodb").create_table(
        TableName=f"{PREFIX}-apps",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    for id in ("one", "two"):
        client("dynamodb").put_item(TableName=f"{PREFIX}-apps", Item={"id": {"S": id}})
    client("sqs").create_queue(QueueName=f"{PREFIX}-unheard")
    topic = client("sns").create_topic(Name=f"{PREFIX}-alarms")["TopicArn"]
    queue = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{PREFIX}-unheard"
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)


def numbers(**fields: Any) -> dict[str, Any]:
    return {f"{EUM}.DescribePhoneNumbers": {"PhoneNumbers": [{**PHONE, **fields}]}}


def pools(**fields: Any) -> dict[str, Any]:
    return {f"{EUM}.DescribePools": {"Pools": [{**POOL, **fields}]}}


def notify(**fields: Any) -> dict[str, Any]:
    return {f"{EUM}.DescribeNotifyConfigurations": {"NotifyConfigurations": [{**NOTIFY, **fields}]}}


def preferences(**fields: str) -> dict[str, Any]:
    return {"sns.GetSMSAttributes": {"attributes": {**SETTINGS, **fields}}}


def receipts(**fields: Any) -> dict[str, Any]:
    return {f"{EUM}.DescribeConfigurationSets": destinations({**DESTINATION, **fields})}


def empty(operation: str, key: str) -> dict[str, Any]:
    return {operation: {key: []}}


NO_NUMBERS = empty(f"{EUM}.DescribePhoneNumbers", "PhoneNumbers")
NO_POOLS = empty(f"{EUM}.DescribePools", "Pools")
SENDER_IDS = {
    f"{EUM}.DescribeSenderIds": {
        "SenderIds": [SENDER_ID, {**SENDER_ID, "IsoCountryCode": "GB"}],
    }
}
OPTED_OUT = {"OptedOutNumbers": [{"OptedOutNumber": one} for one in PEOPLE[:2]]}
VERIFIED = [{"PhoneNumber": one, "Status": "Verified"} for one in PEOPLE[:2]]
SNS_SANDBOX = {
    "sns.GetSMSSandboxAccountStatus": {"IsInSandbox": True},
    "sns.ListSMSSandboxPhoneNumbers": {
        "PhoneNumbers": [*VERIFIED, {"PhoneNumber": PEOPLE[3], "Status": "Pending"}]
    },
}
EUM_SANDBOX = {
    f"{EUM}.DescribeAccountAttributes": tier("SANDBOX"),
    f"{EUM}.DescribeVerifiedDestinationNumbers": {
        "VerifiedDestinationNumbers": [
            {"DestinationPhoneNumber": one, "Status": "PENDING" if one == PEOPLE[3] else "VERIFIED"}
            for one in PEOPLE[:4]
        ]
    },
}


C = TypeVar("C", bound=Cloud)


@contextmanager
def meeting(cloud: C) -> Iterator[C]:
    """Let every client that is made meanwhile meet *cloud*, and no other AWS."""
    session = aws.session()
    handlers: dict[str, Callable[..., Any]] = {
        "provide-client-params": cloud.hear,
        "before-call": cloud.answer,
    }
    client.cache_clear()
    for event, handler in handlers.items():
        session.register(event, handler)
    yield cloud
    for event, handler in handlers.items():
        session.unregister(event, handler)
    client.cache_clear()
