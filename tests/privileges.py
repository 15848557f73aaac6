"""What the policies of `.chalice` grant to each function, as they are shipped."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID

#: The function of the API, as Chalice calls it; the others go by the names of theirs.
API = "api_handler"

_PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::AccountId": DEFAULT_ACCOUNT_ID,
}
#: Which property names a resource of the template, and how its ARN goes on.
_NAMED = {
    "TableName": ("dynamodb", "table/{}"),
    "QueueName": ("sqs", "{}"),
    "LogGroupName": ("logs", "log-group:{}:*"),
}
#: What Lambda asks in a function's name, by what the function has: as the managed policies say
#: AWSLambdaDynamoDBExecutionRole, AWSLambdaSQSQueueExecutionRole and AWSLambdaBasicExecutionRole.
_LAMBDA = {
    "Stream": ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
    "Queue": ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"),
    "Failures": ("sqs:SendMessage",),
    "Log": ("logs:CreateLogStream", "logs:PutLogEvents"),
}
_TRACES = ("xray:PutTelemetryRecords", "xray:PutTraceSegments")

Said = Mapping[str, Any]


@dataclass(frozen=True, order=True)
class Request:
    """One action on one resource, as IAM judges it."""

    action: str
    resource: str

    def __str__(self) -> str:
        return f"{self.action} on {self.resource}"


@dataclass(frozen=True)
class Grant:
    """One action and one resource of a statement; with *but*, all resources that are not that."""

    sid: str
    action: str
    resource: str
    but: bool = False

    def allows(self, asked: Request) -> bool:
        return like(self.action, asked.action) and like(self.resource, asked.resource) != self.but

    def __str__(self) -> str:
        return f"{self.sid}: {self.action} on {'all but ' if self.but else ''}{self.resource}"


def like(pattern: str, text: str) -> bool:
    """Whether *pattern* means *text* to IAM: `*` is any text, `?` is any letter."""
    form = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(form, text, re.DOTALL) is not None


def arn(service: str, rest: str) -> str:
    """The ARN of something here; one that is an ARN already stays as it is."""
    partition, region, account = _PSEUDO.values()
    return (
        rest if rest.startswith("arn:") else f"arn:{partition}:{service}:{region}:{account}:{rest}"
    )


@dataclass(frozen=True)
class Shipped:
    """The files of `.chalice` in *folder*, with their names filled in."""

    folder: Path

    @cached_property
    def functions(self) -> dict[str, str]:
        """Every function that is deployed, with the file of its policy."""
        config = self._read("config.json")
        told = {API: config, **config["lambda_functions"]}
        return {name: said["iam_policy_file"] for name, said in told.items()}

    def grants(self, function: str) -> Iterator[Grant]:
        """All that the role of *function* may do."""
        policies = [self._read(self.functions[function]), *self._attached(function)]
        for said in (statement for policy in policies for statement in policy["Statement"]):
            # Else more is said than is judged here, such as a condition.
            assert said["Effect"] == "Allow"
            [where] = said.keys() - {"Sid", "Effect", "Action"}
            but = {"Resource": False, "NotResource": True}[where]
            resources = _listed(said[where])
            assert len(resources) == 1 or not but, "each of them would be all but one"
            for resource in resources:
                for action in _listed(said["Action"]):
                    yield Grant(said["Sid"], action, self._resolved(resource), but)

    def by_lambda(self, function: str) -> Iterator[Request]:
        """What Lambda asks in the name of *function*: its code asks nothing of the kind."""
        for own in self.functions:
            # Who shares a policy may write to the other's log: nothing can be read there.
            if self.functions[own] == self.functions[function]:
                group = self._properties(own)["LoggingConfig"]["LogGroup"]
                yield from self._asked("Log", {"Fn::GetAtt": [group["Ref"], "Arn"]})
        properties = self._properties(function)
        if "Tracing" in properties:
            yield from (Request(action, "*") for action in _TRACES)
        if queue := properties.get("DeadLetterQueue"):
            yield from self._asked("Failures", queue["TargetArn"])
        for source in properties.get("Events", {}).values():
            said = source["Properties"]
            for kind in {"Stream", "Queue"} & said.keys():
                yield from self._asked(kind, said[kind])
            if "Stream" in said:
                yield Request("dynamodb:ListStreams", "*")
            if failed := said.get("DestinationConfig"):
                yield from self._asked("Failures", failed["OnFailure"]["Destination"])

    def _properties(self, function: str) -> Said:
        properties: Said = self._resources[_named("APIHandler", function)]["Properties"]
        return properties

    def _attached(self, function: str) -> Iterator[Said]:
        """The policies that the template makes and attaches to the role of *function*."""
        role = self._resources.get(f"{_named('ApiHandler', function)}Role", {})
        attached = json.dumps(role.get("Properties", {}).get("ManagedPolicyArns"))
        for name, resource in self._resources.items():
            managed = resource.get("Type") == "AWS::IAM::ManagedPolicy"
            if managed and json.dumps({"Ref": name}) in attached:
                yield resource["Properties"]["PolicyDocument"]

    def _asked(self, kind: str, resource: Said) -> Iterator[Request]:
        return (Request(action, self._resolved(resource)) for action in _LAMBDA[kind])

    def _resolved(self, said: str | Said) -> str:
        """What CloudFormation makes of a text or of one of its functions."""
        if isinstance(said, str):
            return said
        [(function, argument)] = said.items()
        if function == "Fn::GetAtt":
            return self._attribute(*argument)
        assert function == "Fn::Sub", said

        def value(found: re.Match[str]) -> str:
            return _PSEUDO.get(found[1]) or self._attribute(*found[1].split("."))

        return re.sub(r"\$\{([^}]+)\}", value, argument)

    def _attribute(self, resource: str, attribute: str) -> str:
        properties = self._resources[resource]["Properties"]
        [named] = _NAMED.keys() & properties.keys()
        service, form = _NAMED[named]
        whole = arn(service, form.format(properties[named]))
        return {"Arn": whole, "StreamArn": f"{whole}/stream/2040-01-02T12:00:00.000"}[attribute]

    @cached_property
    def _resources(self) -> Said:
        resources: Said = self._read("resources.json")["Resources"]
        return resources

    def _read(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text("utf-8"))


def _named(api: str, function: str) -> str:
    """What a function is called in the template, where the one of the API is *api*."""
    return api if function == API else function.title().replace("_", "")


def _listed(said: Any) -> list[Any]:
    return said if isinstance(said, list) else [said]
