"""A team's own function that hears of events: it keeps each call in a table of its name."""

import io
import json
import zipfile
from typing import Any

from tests.e2e.cloud import Cloud

#: Functions of a team are those whose names begin so.
NAME = "countersign-heard"

_SOURCE = f"""
import json
import boto3

def handler(event, context):
    item = {{"call": {{"S": context.aws_request_id}}, "said": {{"S": json.dumps(event)}}}}
    boto3.client("dynamodb").put_item(TableName="{NAME}", Item=item)
"""


def deploy(cloud: Cloud) -> None:
    """Make the function, with a role that may write to its table and no more."""
    dynamodb, iam = cloud.client("dynamodb"), cloud.client("iam")
    table = dynamodb.create_table(
        TableName=NAME,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "call", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "call", "KeyType": "HASH"}],
    )["TableDescription"]
    role = iam.create_role(
        RoleName=NAME,
        AssumeRolePolicyDocument=_policy(
            Action="sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"}
        ),
    )["Role"]
    writing = _policy(Action="dynamodb:PutItem", Resource=table["TableArn"])
    iam.put_role_policy(RoleName=NAME, PolicyName="table", PolicyDocument=writing)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("function.py", _SOURCE)
    cloud.client("lambda").create_function(
        FunctionName=NAME,
        Runtime="python3.13",
        Role=role["Arn"],
        Handler="function.handler",
        Code={"ZipFile": packed.getvalue()},
        Timeout=20,
    )


def heard(cloud: Cloud) -> list[dict[str, Any]]:
    """What each call of it said."""
    items = cloud.client("dynamodb").scan(TableName=NAME, ConsistentRead=True)["Items"]
    return [json.loads(item["said"]["S"]) for item in items]


def _policy(**statement: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})
