"""What is handed to AWS: the zip, the template that names it, and the policy it runs under."""

import ast
import fcntl
import json
import os
import re
import ssl
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from fnmatch import filter as matching
from functools import cached_property
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

import pytest
from pynamodb.attributes import TTLAttribute
from pynamodb.indexes import Index
from pynamodb.models import Model

from chalicelib.api.headers import ALLOWED
from chalicelib.config import Config
from chalicelib.domain.errors import NotFound, Unauthorized
from chalicelib.domain.lines import DEAD_AFTER
from chalicelib.flows.sends import SEND_WITHIN
from chalicelib.senders.receipts import EUM_EVENTS
from chalicelib.senders.router import ALL_TAKE
from chalicelib.senders.sns import Sns
from chalicelib.store import edge
from chalicelib.store.tables import TABLES
from tools import interpreter, models, package, slim

pytestmark = pytest.mark.package

ROOT = package.ROOT
STAGES = json.loads((ROOT / ".chalice" / "config.json").read_text("utf-8"))["stages"]
DEPLOYED = [stage for stage in STAGES if stage != "local"]

#: What API Gateway says without asking us: its whole list of response types.
GATEWAY_RESPONSES = [
    "ACCESS_DENIED",
    "API_CONFIGURATION_ERROR",
    "AUTHORIZER_CONFIGURATION_ERROR",
    "AUTHORIZER_FAILURE",
    "BAD_REQUEST_BODY",
    "BAD_REQUEST_PARAMETERS",
    "DEFAULT_4XX",
    "DEFAULT_5XX",
    "EXPIRED_TOKEN",
    "INTEGRATION_FAILURE",
    "INTEGRATION_TIMEOUT",
    "INVALID_API_KEY",
    "INVALID_SIGNATURE",
    "MISSING_AUTHENTICATION_TOKEN",
    "QUOTA_EXCEEDED",
    "REQUEST_TOO_LARGE",
    "RESOURCE_NOT_FOUND",
    "THROTTLED",
    "UNAUTHORIZED",
    "UNSUPPORTED_MEDIA_TYPE",
    "WAF_FILTERED",
]

_HEARD = {"dynamodb:UpdateItem", "sqs:SendMessage", "logs:CreateLogStream", "logs:PutLogEvents"}
_STREAM = {
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
}
_SMS_VOICE = {
    f"sms-voice:Send{what}Message" for what in ("Text", "Voice", "NotifyText", "NotifyVoice")
}
#: The functions that hear what happened, and what each may do.
HEARERS = {
    "CarrierEvent": _HEARD | {"dynamodb:Query"},
    "CarrierTopic": _HEARD | {"dynamodb:Query"},
    "DeliveryLog": _HEARD | {"dynamodb:Query"},
    "Changed": _HEARD
    | _STREAM
    | {"dynamodb:GetItem", "dynamodb:PutItem", "ssm:GetParameter", "sqs:GetQueueUrl"}
    | {"sms-voice:PutMessageFeedback"},
    "RecordChanged": _HEARD
    | _STREAM
    | {"dynamodb:GetItem", "dynamodb:PutItem", "sqs:GetQueueUrl", "sms-voice:PutMessageFeedback"},
    "HookDue": _HEARD
    | _STREAM
    | {f"dynamodb:{verb}Item" for verb in ("Delete", "Get", "Put", "Update")}
    | {"dynamodb:Query", "sqs:GetQueueUrl", "lambda:InvokeFunction", "events:PutEvents"},
    "Overdue": (_HEARD - {"dynamodb:UpdateItem"})
    | {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan"},
    "TimerDue": _HEARD
    | {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "ssm:GetParameter"}
    | {f"sqs:{verb}" for verb in ("GetQueueUrl", "GetQueueAttributes")}
    | {"sqs:DeleteMessage", "sqs:ReceiveMessage"}
    | {"sns:Publish", "lambda:InvokeFunction", "sms-voice:PutMessageFeedback"}
    | _SMS_VOICE,
}
STREAMS = {
    "Changed": ["Lines", "Users", "Templates", "Tries", "Purses"],
    "RecordChanged": ["Records"],
    "HookDue": ["Deliveries"],
}

#: What an account and region has one of.
NAMED = r'"((?:Table|Queue|Topic|LogGroup|Alarm)Name|Namespace|title)": "(?!AWS/)([^"]+)"'

#: What throttles the API, and the parameter that says how much.
THROTTLES = {"ThrottlingRateLimit": "ThrottleRate", "ThrottlingBurstLimit": "ThrottleBurst"}

#: What the runtime's own system has of what wheels load, on both processors.
AMAZON_LINUX = {
    *(f"lib{name}.so.6" for name in ("c", "m", "stdc++")),
    *("libdl.so.2", "libgcc_s.so.1", "libpthread.so.0", "librt.so.1", "libz.so.1"),
    *("ld-linux-aarch64.so.1", "ld-linux-x86-64.so.2"),
}

#: What the rows' tables are called in the template.
ROWS = {
    row.__name__: f"{row.Meta.table_name.rpartition('-')[2].capitalize()}Table" for row in TABLES
}
#: A call of the store that asks DynamoDB; the parts of a transaction also go by their own names.
ASKING = re.compile(r"(?:edge|transactions)\.(\w+)|(updating|putting|deleting|snapshot)")

#: What a function may be asked first, by resources it has not registered yet.
FIRST = [
    ("GET", "/1.1/users/me"),
    ("POST", "/1.1/usersByMobilePhone"),
    ("PUT", "/1.1/users/{id}/updatePassword"),
    ("GET", "/console/api/settings"),
]

#: Runs from the unzipped package alone, as the function does.
PROGRAM = """
import json, sys
sys.path.insert(0, sys.argv[1])
import app, chalice, botocore
from zxcvbn import frequency_lists
from chalicelib import aws
from chalicelib.config import Config
from chalicelib.domain.phones import PhoneNumber
Config.read()
def ask(method, resource, **parameters):
    context = {"httpMethod": method, "resourcePath": resource, "path": f"/api{resource}"}
    asked = {"requestContext": context, "headers": None, "pathParameters": parameters or None}
    return app.app(asked, None)
print(json.dumps({
    "first": [ask(*asked, id="one")["statusCode"] for asked in json.loads(sys.argv[2])],
    "answer": ask("GET", "/"),
    "services": [aws.client(one, connect=1, read=1).meta.service_model.service_name
                 for one in sys.argv[3:]],
    "authorities": aws.session().get_config_variable("ca_bundle"),
    "zones": PhoneNumber("+8618612345678").zones,
    "from": [module.__file__ for module in (app, chalice, botocore, frequency_lists)],
}))
"""


@dataclass(frozen=True)
class Package:
    """What `make package` leaves."""

    folder: Path

    @property
    def template(self) -> dict[str, Any]:
        template: dict[str, Any] = json.loads((self.folder / "template.json").read_text("utf-8"))
        return template

    @cached_property
    def python(self) -> Path:
        """What it was made for."""
        return interpreter.ready()

    @property
    def names(self) -> list[str]:
        with zipfile.ZipFile(self.folder / "deployment.zip") as made:
            return made.namelist()

    def properties(self, resource: str) -> dict[str, Any]:
        properties: dict[str, Any] = self.template["Resources"][resource]["Properties"]
        return properties

    @property
    def statements(self) -> list[dict[str, Any]]:
        return self.statements_of("ApiHandler")

    def statements_of(self, function: str) -> list[dict[str, Any]]:
        policies = self.properties(f"{function}Role")["Policies"]
        return [one for policy in policies for one in policy["PolicyDocument"]["Statement"]]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The package of `dev`, built once, however many workers ask for it."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "package"
    folder.mkdir(exist_ok=True)
    complaint = folder / "complaint"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not complaint.exists():
            command = [
                sys.executable,
                "-m",
                "tools.package",
                "--stage",
                "dev",
                "--out",
                str(folder),
            ]
            ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
            complaint.write_text(ran.stderr if ran.returncode else "", "utf-8")
    if said := complaint.read_text("utf-8"):
        pytest.fail(f"{said}\nPackaging asks pip for wheels, so it needs a package index.")
    return Package(folder)


def test_cfn_lint_finds_nothing_in_the_template(built: Package) -> None:
    """Neither where AWS is its own partition, nor elsewhere."""
    regions = ["--regions", "us-east-1", "cn-north-1"]
    program = str(Path(sys.executable).with_name("cfn-lint"))

    ran = subprocess.run(
        [program, *regions, "--template", str(built.folder / "template.json")],
        capture_output=True,
        text=True,
    )

    assert (ran.stdout.strip(), ran.returncode) == ("", 0), ran.stderr


@pytest.mark.parametrize(
    "file",
    [
        "PIL/_imaging.*.so",
        "PIL/_imagingft.*.so",
        "pillow.libs/libjpeg*",
        "_argon2_cffi_bindings/_ffi.*.so",
        "_cffi_backend.*.so",
        "bcrypt/_bcrypt.*.so",
        "*.so*",
    ],
)
def test_the_zip_holds_native_files_for_the_functions_processor(built: Package, file: str) -> None:
    """As ELF's header says: the name of a file for all versions of Python names no processor."""
    [architecture] = built.properties("APIHandler")["Architectures"]
    machine = {"arm64": 183, "x86_64": 62}[architecture]

    with zipfile.ZipFile(built.folder / "deployment.zip") as made:
        headers = [made.read(name)[:20] for name in matching(built.names, file)]

    assert {header[:4] for header in headers} == {b"\x7fELF"}
    assert {int.from_bytes(header[18:], "little") for header in headers} == {machine}


@pytest.mark.parametrize("lost", package.NATIVE)
def test_a_zip_that_lacks_a_native_file_is_no_package(tmp_path: Path, lost: str) -> None:
    for name in package.NATIVE:
        if name != lost:
            _written(tmp_path / name)

    with pytest.raises(package.Failed, match=re.escape(f"the zip has no {lost}:")):
        package.check(tmp_path)


@pytest.mark.parametrize("tag", ["cp39-abi3-linux_aarch64", "cp311-cp311-linux_x86_64"])
def test_a_zip_with_a_wheel_built_here_is_no_package(tmp_path: Path, tag: str) -> None:
    """On a machine of the function's own processor Chalice takes it for one that fits."""
    for name in package.NATIVE:
        _written(tmp_path / name)
    _written(tmp_path / "bcrypt-5.0.0.dist-info" / "WHEEL", f"Wheel-Version: 1.0\nTag: {tag}\n")

    with pytest.raises(package.Failed, match=r"bcrypt-5\.0\.0\.dist-info"):
        package.check(tmp_path)


def _written(file: Path, text: str = "") -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)


def test_the_zip_holds_all_of_chalicelib_but_the_desk(built: Package) -> None:
    ours = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "chalicelib").rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and not path.name.startswith(".")
        and ROOT / "chalicelib" / "local" not in path.parents
    }

    shipped = {name for name in built.names if name.startswith("chalicelib/")}

    assert {name for name in shipped if not name.endswith(".pyc")} == ours
    assert "app.py" in built.names


@pytest.mark.parametrize(
    "waste",
    [
        "tests/*",
        "*/tests/*",
        "chalicelib/local/*",
        ".*",
        "*/.*",
        "tools/*",
    ],
)
def test_the_zip_holds_nothing_that_no_sandbox_reads(built: Package, waste: str) -> None:
    assert matching(built.names, waste) == []


def test_the_same_sources_make_the_same_zip(built: Package) -> None:
    with zipfile.ZipFile(built.folder / "deployment.zip") as made:
        entries = made.infolist()

    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}


def test_the_zip_fits_lambda(built: Package) -> None:
    """Its limits are 50 MB and 250 MB unzipped; ours are tighter, for every MB is cold start."""
    with zipfile.ZipFile(built.folder / "deployment.zip") as made:
        unzipped = sum(entry.file_size for entry in made.infolist())

    assert unzipped < 36e6
    assert (built.folder / "deployment.zip").stat().st_size < 12e6


def test_every_source_is_shipped_compiled_for_the_runtime(built: Package) -> None:
    """And is not looked at again: a date or a hash to compare would be a read each."""
    runtime = built.properties("APIHandler")["Runtime"]
    tag = f"cpython-{runtime.removeprefix('python').replace('.', '')}"
    sources = [name for name in built.names if name.endswith(".py")]

    assert len(sources) > 500
    with zipfile.ZipFile(built.folder / "deployment.zip") as made:
        for name in sources:
            path = PurePosixPath(name)
            code = made.read(str(path.parent / "__pycache__" / f"{path.stem}.{tag}.pyc"))
            assert int.from_bytes(code[4:8], "little") == 1, f"{name} is compared"
    assert not re.search(rb"/tmp/|/home/", code), "a traceback names the file of the sandbox"


def test_every_library_that_is_loaded_is_shipped_or_amazon_linuxs(
    built: Package, tmp_path: Path
) -> None:
    with zipfile.ZipFile(built.folder / "deployment.zip") as made:
        made.extractall(tmp_path)
    libraries = [one for one in tmp_path.rglob("*.so*") if one.is_file()]
    shipped = {library.name for library in libraries}

    loaded = {name for library in libraries for name in slim.loaded_by(library)}

    assert loaded - shipped <= AMAZON_LINUX
    assert {one.name for one in tmp_path.glob("*.libs/*")} <= loaded, "nothing else is shipped"


def test_the_unzipped_package_answers_alone(built: Package, tmp_path: Path) -> None:
    """With no library but its own; a sandbox refuses to start where the desk was shipped."""
    with zipfile.ZipFile(built.folder / "deployment.zip") as made:
        made.extractall(tmp_path)
    variables = built.properties("APIHandler")["Environment"]["Variables"]
    environment = {**variables, "AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test"}
    environment |= {"AWS_SECRET_ACCESS_KEY": "test", "AWS_LAMBDA_FUNCTION_NAME": "function"}

    ran = subprocess.run(
        [built.python, "-I", "-S", "-B", "-c", PROGRAM, str(tmp_path), json.dumps(FIRST)]
        + list(models.OPERATIONS),
        env=environment,
        capture_output=True,
        text=True,
    )

    assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout.splitlines()[-1])
    assert said["first"] == [401] * len(FIRST), "each reaches its door, and has no key to it"
    assert said["answer"]["statusCode"] == 200
    assert json.loads(said["answer"]["body"])["name"] == "Countersign"
    assert said["services"] == list(models.OPERATIONS)
    assert said["authorities"] == str(tmp_path / "amazon.pem")
    assert said["zones"] == ["Asia/Shanghai"]
    assert all(Path(file).is_relative_to(tmp_path) for file in said["from"])


def test_only_amazons_own_authorities_are_read_for_each_connection(
    built: Package, tmp_path: Path
) -> None:
    with zipfile.ZipFile(built.folder / "deployment.zip") as made:
        text = made.read("amazon.pem").decode()
        bundle = made.read("botocore/cacert.pem").decode()

    context = ssl.create_default_context(cadata=text)

    names = [dict(field[0] for field in one["subject"]) for one in context.get_ca_certs()]
    assert {name["organizationName"] for name in names} == {
        "Amazon",
        "Starfield Technologies, Inc.",
    }
    assert len(names) == len(slim.AUTHORITIES)
    certificates = re.findall("-----BEGIN[^:]+?-----END CERTIFICATE-----\n", text)
    assert all(certificate in bundle for certificate in certificates)


@pytest.mark.parametrize(
    ("environ", "bundle"),
    [
        ({"AWS_DEFAULT_REGION": "cn-north-1"}, "None"),
        ({"AWS_DEFAULT_REGION": "eusc-de-east-1"}, "None"),
        ({"AWS_DEFAULT_REGION": "us-iso-east-1"}, "None"),
        ({"AWS_DEFAULT_REGION": "eu-west-1", "AWS_CA_BUNDLE": "/etc/own.pem"}, "/etc/own.pem"),
    ],
)
def test_where_others_vouch_for_aws_amazons_authorities_are_not_insisted_on(
    built: Package, tmp_path: Path, environ: dict[str, str], bundle: str
) -> None:
    with zipfile.ZipFile(built.folder / "deployment.zip") as made:
        made.extractall(tmp_path)
    program = "from chalicelib import aws; print(aws.session().get_config_variable('ca_bundle'))"
    program = f"import sys; sys.path.insert(0, sys.argv[1]); {program}"

    ran = subprocess.run(
        [built.python, "-I", "-S", "-B", "-c", program, str(tmp_path)],
        env=environ,
        capture_output=True,
        text=True,
    )

    assert ran.stdout.strip() == bundle, ran.stderr


def test_what_a_policy_allows_a_function_can_ask(built: Package) -> None:
    """The models that are shipped hold no more operations than that, either."""
    services = {"sms-voice": "pinpoint-sms-voice-v2"}
    names = {"lambda:InvokeFunction": "lambda:Invoke"}
    # Not asked by the functions, but by what Lambda reads streams and queues with.
    pollers = {"sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:DeleteMessage"}
    pollers |= _STREAM
    transactions = {"dynamodb:TransactGetItems", "dynamodb:TransactWriteItems"}
    allowed = {
        names.get(action, action)
        for function in ("ApiHandler", *HEARERS)
        for statement in built.statements_of(function)
        for action in statement["Action"]
        if not action.startswith("logs:") and action not in pollers
    }

    asked = {
        f"{service}:{operation}"
        for service, operations in models.OPERATIONS.items()
        for operation in operations
    }

    assert asked - transactions == {
        f"{services.get(service, service)}:{operation}"
        for service, operation in (action.split(":") for action in allowed)
    }


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_the_template_makes_a_table_as_the_store_declares_it(
    built: Package, table: type[Model]
) -> None:
    noun = table.Meta.table_name.rpartition("-")[2]
    attributes = table.get_attributes().values()
    keys = [one for one in attributes if one.is_hash_key or one.is_range_key]
    declared: dict[str, Any] = {
        "TableName": f"{Config.read({}, stage='dev').table_prefix}-{noun}",
        "BillingMode": table.Meta.billing_mode,
        "AttributeDefinitions": [
            {"AttributeName": key.attr_name, "AttributeType": key.attr_type} for key in keys
        ],
        "KeySchema": [
            {"AttributeName": key.attr_name, "KeyType": "HASH" if key.is_hash_key else "RANGE"}
            for key in keys
        ],
    }
    for one in attributes:
        if isinstance(one, TTLAttribute):
            enabled = {"AttributeName": one.attr_name, "Enabled": True}
            declared["TimeToLiveSpecification"] = enabled
    if view := getattr(table.Meta, "stream_view_type", None):
        declared["StreamSpecification"] = {"StreamViewType": view}
    if indexes := [index for index in vars(table).values() if isinstance(index, Index)]:
        declared["GlobalSecondaryIndexes"] = [_declared(index) for index in indexes]
        declared["AttributeDefinitions"] += [
            {"AttributeName": name, "AttributeType": "S"}
            for name in dict.fromkeys(
                key["AttributeName"]
                for index in declared["GlobalSecondaryIndexes"]
                for key in index["KeySchema"]
            )
        ]

    made = built.properties(f"{noun.capitalize()}Table")

    kept = {"PointInTimeRecoverySpecification", "DeletionProtectionEnabled"}
    assert {name: value for name, value in made.items() if name not in kept} == declared


def _declared(index: Index[Any]) -> dict[str, Any]:
    """An index as a template makes it."""
    schema = index._get_schema()
    named = {"index_name": "IndexName", "key_schema": "KeySchema", "projection": "Projection"}
    return {named[name]: value for name, value in schema.items() if name in named}


def test_no_table_is_made_that_the_store_does_not_know(built: Package) -> None:
    resources = built.template["Resources"].values()

    made = [one for one in resources if one["Type"] == "AWS::DynamoDB::Table"]

    assert len(made) == len(TABLES)


@pytest.mark.parametrize("stage", DEPLOYED)
def test_what_is_kept_outlives_its_stack_on_every_stage_but_dev(stage: str, tmp_path: Path) -> None:
    package.copy(tmp_path / "tree", Config.read({}, stage=stage))

    rendered = (tmp_path / "tree" / ".chalice" / "resources.json").read_text("utf-8")
    resources = json.loads(rendered)["Resources"]

    for noun in ("Apps", "Templates", "Records", "Counters", "Purses", "Users", "Claims"):
        table = resources[f"{noun}Table"]
        fate = "Delete" if stage == "dev" else "Retain"
        assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == (fate, fate)
        assert table["Properties"]["DeletionProtectionEnabled"] is (stage != "dev")
        recovery = table["Properties"]["PointInTimeRecoverySpecification"]
        assert recovery == {"PointInTimeRecoveryEnabled": True}


def test_every_name_to_be_filled_in_is_filled_in(built: Package) -> None:
    names = "|".join(field.name for field in fields(Config))

    left = re.findall(rf"\$\{{(?:{names})\}}", json.dumps(built.template))

    assert left == []


@pytest.mark.parametrize("kind", GATEWAY_RESPONSES)
def test_the_gateway_refuses_in_our_words_and_to_browsers_too(built: Package, kind: str) -> None:
    response = built.properties("RestAPI")["GatewayResponses"][kind]
    [(content_type, body)] = response["ResponseTemplates"].items()
    headers = response["ResponseParameters"]["Headers"]

    said = json.loads(body)

    assert content_type == "application/json"
    assert set(said) == {"code", "error"}
    assert said["code"] == response["StatusCode"]
    assert isinstance(said["code"], int)
    assert isinstance(said["error"], str)
    assert headers["Access-Control-Allow-Origin"] == "'*'"
    assert {"Access-Control-Allow-Headers", "Access-Control-Max-Age"} <= set(headers)


def test_the_gateway_has_no_response_that_is_not_tested(built: Package) -> None:
    assert sorted(built.properties("RestAPI")["GatewayResponses"]) == GATEWAY_RESPONSES


@pytest.mark.parametrize(
    ("kind", "status", "text"),
    [
        ("MISSING_AUTHENTICATION_TOKEN", 404, NotFound.text),
        ("RESOURCE_NOT_FOUND", 404, NotFound.text),
        ("UNAUTHORIZED", 401, Unauthorized.text),
        ("REQUEST_TOO_LARGE", 413, "Payload Too Large."),
        ("THROTTLED", 429, "Too many requests."),
        ("QUOTA_EXCEEDED", 429, "Too many requests."),
        ("INTEGRATION_TIMEOUT", 504, "Gateway timeout."),
    ],
)
def test_the_gateways_refusals_read_as_the_services_own(
    built: Package, kind: str, status: int, text: str
) -> None:
    response = built.properties("RestAPI")["GatewayResponses"][kind]

    said = json.loads(response["ResponseTemplates"]["application/json"])

    assert said == {"code": status, "error": text}


def test_every_path_lets_browsers_send_the_apis_headers_for_a_day(built: Package) -> None:
    for path, methods in built.properties("RestAPI")["DefinitionBody"]["paths"].items():
        preflight = methods["options"]["x-amazon-apigateway-integration"]
        parameters = preflight["responses"]["default"]["responseParameters"]
        said = {name.rpartition(".")[2]: value.strip("'") for name, value in parameters.items()}
        assert set(ALLOWED) <= set(said["Access-Control-Allow-Headers"].split(",")), path
        assert said["Access-Control-Max-Age"] == "86400", path
        assert said["Access-Control-Allow-Origin"] == "*", path
        # A mock that may not take binary for text answers 500 where all types are binary.
        assert preflight["contentHandling"] == "CONVERT_TO_TEXT", path


def test_the_gateway_takes_every_type_for_binary(built: Package) -> None:
    """It looks at the first type of Accept only, and a browser's image asks for AVIF first."""
    body = built.properties("RestAPI")["DefinitionBody"]

    assert body["x-amazon-apigateway-binary-media-types"] == ["*/*"]


def test_the_api_has_one_stage_and_that_one_is_throttled(built: Package) -> None:
    """SAM makes a second one, named Stage and not throttled, unless OpenApiVersion is there."""
    api = built.properties("RestAPI")

    [everything] = api["MethodSettings"]

    limits = {name: built.template["Parameters"][name]["Default"] for name in THROTTLES.values()}
    assert api["OpenApiVersion"] == "2.0"
    assert (everything["HttpMethod"], everything["ResourcePath"]) == ("*", "/*")
    assert {name: everything[name] for name in THROTTLES} == {
        name: {"Ref": parameter} for name, parameter in THROTTLES.items()
    }
    assert 0 < limits["ThrottleRate"] <= limits["ThrottleBurst"]


def test_a_stack_of_defaults_has_no_domain_firewall_trace_or_mail(built: Package) -> None:
    """Each costs money or an answer; each is there when its parameter says so."""
    resources = built.template["Resources"]

    conditions = {one: made["Condition"] for one, made in resources.items() if "Condition" in made}

    assert conditions == {
        "AlarmsEmail": "AlarmsByMail",
        "Domain": "HasDomain",
        "DomainMapping": "HasDomain",
        "DomainRecord": "HasZone",
        "Firewall": "HasFirewall",
        "FirewallAssociation": "HasFirewall",
        "TracesPolicy": "Traced",
    }
    assert not any(holds(built.template, condition) for condition in conditions.values())


@pytest.mark.parametrize(
    ("condition", "parameters"),
    [
        ("AlarmsByMail", {"AlarmEmail": "ops@example.com"}),
        ("HasDomain", {"DomainName": "sms.example.com"}),
        ("HasZone", {"DomainName": "sms.example.com", "HostedZoneId": "Z1"}),
        ("HasFirewall", {"RequestsPerAddress": "500"}),
        ("Traced", {"TracingMode": "Active"}),
    ],
)
def test_a_parameter_brings_what_it_stands_for(
    built: Package, condition: str, parameters: dict[str, Any]
) -> None:
    assert holds(built.template, condition, parameters)


def test_a_domain_without_a_certificate_is_refused_before_anything_is_made(built: Package) -> None:
    rule = built.template["Rules"]["DomainHasCertificate"]
    [asserted] = rule["Assertions"]

    def broken(**parameters: str) -> bool:
        applies = judged(built.template, rule["RuleCondition"], parameters)
        return applies and not judged(built.template, asserted["Assert"], parameters)

    assert broken(DomainName="sms.example.com")
    assert not broken(DomainName="sms.example.com", CertificateArn="arn:aws:acm:…")
    assert not broken()


def holds(
    template: dict[str, Any], condition: str, parameters: Mapping[str, Any] = MappingProxyType({})
) -> bool:
    """Whether *condition* of *template* is true with *parameters*, and defaults for the others."""
    return judged(template, template["Conditions"][condition], parameters)


def judged(template: dict[str, Any], said: Any, parameters: Mapping[str, Any]) -> Any:
    """What CloudFormation makes of *said*, a value or a function of values."""
    if not isinstance(said, dict):
        return said
    [(function, value)] = said.items()
    if function == "Ref":
        return parameters.get(value, template["Parameters"][value]["Default"])
    if function == "Condition":
        return holds(template, value, parameters)
    values = [judged(template, one, parameters) for one in value]
    return {
        "Fn::Equals": lambda: values[0] == values[1],
        "Fn::Not": lambda: not values[0],
        "Fn::And": lambda: all(values),
    }[function]()


def test_every_function_is_traced_if_any_is(built: Package) -> None:
    resources = built.template["Resources"]
    functions = [made for made in resources.values() if made["Type"] == "AWS::Serverless::Function"]

    assert {str(one["Properties"]["Tracing"]) for one in functions} == {"{'Ref': 'TracingMode'}"}
    # By the role, not by the policy: Lambda wants to see the right when tracing is switched on.
    for function in functions:
        role = function["Properties"]["Role"]["Fn::GetAtt"][0]
        assert built.properties(role)["ManagedPolicyArns"] == {
            "Fn::If": ["Traced", [{"Ref": "TracesPolicy"}], {"Ref": "AWS::NoValue"}]
        }


def test_stacks_side_by_side_share_no_name(tmp_path: Path) -> None:
    """What CloudFormation does not name by itself bears the stage's name."""
    names = []
    for stage in DEPLOYED:
        package.copy(tmp_path / stage, Config.read({}, stage=stage))
        rendered = (tmp_path / stage / ".chalice" / "resources.json").read_text("utf-8")
        names.append(set(re.findall(NAMED, rendered)))

    assert all(len(found) > 30 for found in names)
    assert not set.intersection(*names)


def test_the_api_is_regional(built: Package) -> None:
    """An edge API cannot be made in China."""
    assert built.properties("RestAPI")["EndpointConfiguration"] == "REGIONAL"


def test_no_statement_is_about_everything(built: Package) -> None:
    for statement in built.statements:
        assert statement["Effect"] == "Allow"
        assert not any("*" in action for action in statement["Action"]), statement
        # A number has no ARN: AWS lets this action name no resource.
        everything = statement["Action"] == ["sms-voice:CarrierLookup"]
        assert (statement.get("Resource") == "*") == everything, statement


def test_the_function_may_text_phones_and_publish_to_no_topic(built: Package) -> None:
    """A phone has no ARN to name, so the statement is about all that is no topic or endpoint."""
    [sns] = [one for one in built.statements if one["Action"] == ["sns:Publish"]]

    assert "Resource" not in sns
    assert sns["NotResource"] == {"Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*"}
    assert [one for one in built.statements if "NotResource" in one] == [sns]


def test_the_function_may_do_to_each_table_what_its_store_does_and_no_more(built: Package) -> None:
    operations = {
        "delete": "DeleteItem",
        "get": "GetItem",
        "query": "Query",
        "put": "PutItem",
        "keep": "PutItem",
        "scan": "Scan",
        "update": "UpdateItem",
        "get_many": "BatchGetItem",
        # In a transaction it is its parts that must be allowed.
        "snapshot": "GetItem",
        "putting": "PutItem",
        "deleting": "DeleteItem",
        "updating": "UpdateItem",
    }
    calls = _calls_of_the_store()
    # Pages are asked of indexes; the others ask nothing, or what they are given.
    used = {row: {"dynamodb:GetItem"} for row in ROWS}  # store/health.py asks them all
    for call, row in calls:
        if call not in ("pages", "pause", "write"):
            used[row].add(f"dynamodb:{operations[call]}")
    # The administrator's commands do that, not the function.
    used["AppRow"] -= {"dynamodb:Scan"}
    # Other functions count, keep ledgers, and deliver to hooks.
    used["CounterRow"] -= {"dynamodb:UpdateItem"}
    used["LedgerRow"] -= {"dynamodb:UpdateItem"}
    used["DeliveryRow"] -= {"dynamodb:Query", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}
    statements = [one for one in built.statements if one["Action"][0].startswith("dynamodb:")]

    allowed = [
        (statement["Resource"]["Fn::GetAtt"], sorted(statement["Action"]))
        for statement in statements
        if "Fn::GetAtt" in statement["Resource"]
    ]
    found = [
        (statement["Resource"], statement["Action"])
        for statement in statements
        if "Fn::GetAtt" not in statement["Resource"]
    ]

    assert sorted(allowed) == sorted(
        ([ROWS[row], "Arn"], sorted(actions)) for row, actions in used.items()
    )
    assert {row for call, row in calls if call == "pages"} == {
        "DeliveryRow",
        "RecordRow",
        "UserRow",
    }
    assert found == [
        (
            [
                {"Fn::Sub": "${RecordsTable.Arn}/index/by_day"},
                {"Fn::Sub": "${RecordsTable.Arn}/index/by_phone"},
            ],
            ["dynamodb:Query"],
        ),
        ({"Fn::Sub": "${UsersTable.Arn}/index/by_app"}, ["dynamodb:Query"]),
        ({"Fn::Sub": "${DeliveriesTable.Arn}/index/by_standing"}, ["dynamodb:Query"]),
    ]


def _calls_of_the_store() -> set[tuple[str, str]]:
    """What the store calls to ask DynamoDB something, each with the row that is its argument.

    But for what asks for any table, and for what only the administrator's commands use.
    """
    files = (ROOT / "chalicelib" / "store").glob("*.py")
    modules = {file.stem: ast.parse(file.read_text("utf-8")) for file in files}
    made = {name: row for module in modules.values() for name, row in _made(module).items()}
    return {
        call
        for name, module in modules.items()
        if name not in ("edge", "transactions", "health", "census")
        for function in ast.walk(module)
        if isinstance(function, ast.FunctionDef)
        for call in _calls(function, made | _made(module))
    }


def _made(module: ast.Module) -> dict[str, str]:
    """The functions of *module* and what they return."""
    functions = [one for one in ast.walk(module) if isinstance(one, ast.FunctionDef)]
    return {one.name: ast.unparse(one.returns) for one in functions if one.returns}


def _calls(function: ast.FunctionDef, made: dict[str, str]) -> Iterator[tuple[str, str]]:
    """As `_calls_of_the_store`; a row may be a class, or what *made* says a function returns."""
    nodes = list(ast.walk(function))
    assigned = {
        ast.unparse(one.targets[0]): one.value for one in nodes if isinstance(one, ast.Assign)
    }
    for node in nodes:
        if isinstance(node, ast.Call) and (call := ASKING.fullmatch(ast.unparse(node.func))):
            row = assigned.get(ast.unparse(node.args[0]), node.args[0])
            name = ast.unparse(row.func if isinstance(row, ast.Call) else row)
            yield call[1] or call[2], made.get(name, name)


def test_the_function_may_read_its_one_parameter_and_write_its_own_log(built: Package) -> None:
    others = {
        statement["Sid"]: (statement["Action"], statement["Resource"])
        for statement in built.statements
        if not statement["Action"][0].startswith(("dynamodb:", "sns:", "sms-voice:", "lambda:"))
    }

    parameter = Config.read({}, stage="dev").peppers_parameter
    prefix = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter"
    assert others == {
        "Peppers": (["ssm:GetParameter"], {"Fn::Sub": f"{prefix}{parameter}"}),
        "Logs": (
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            {"Fn::GetAtt": ["ApiHandlerLogGroup", "Arn"]},
        ),
    }


def test_the_log_is_the_functions_and_does_not_grow_for_ever(built: Package) -> None:
    """Were it named after the function, function, role and log would wait for one another."""
    log = built.properties("ApiHandlerLogGroup")

    assert built.properties("APIHandler")["LoggingConfig"]["LogGroup"] == {
        "Ref": "ApiHandlerLogGroup"
    }
    assert log["LogGroupName"] == "/aws/lambda/countersign-dev-api"
    assert log["RetentionInDays"] == 30


@pytest.mark.parametrize("function", HEARERS)
def test_a_function_that_hears_does_what_it_must_and_no_more(built: Package, function: str) -> None:
    allowed = {
        action: statement.get("Resource")
        for statement in built.statements_of(function)
        for action in statement["Action"]
    }

    assert set(allowed) == HEARERS[function]
    assert [action for action, resource in allowed.items() if resource == "*"] == [
        action for action in allowed if action == "dynamodb:ListStreams"
    ]


@pytest.mark.parametrize("function", HEARERS)
def test_a_function_that_hears_has_its_own_log_and_a_place_for_what_it_failed(
    built: Package, function: str
) -> None:
    made = built.properties(function)
    sources = [source["Properties"] for source in made.get("Events", {}).values()]
    queue = {"Fn::GetAtt": ["UnheardQueue", "Arn"]}

    assert made["Handler"].startswith("chalicelib.api.events.")
    assert made["LoggingConfig"]["LogGroup"] == {"Ref": f"{function}LogGroup"}
    assert f"{function}LogGroup" in json.dumps(built.statements_of(function))
    if sources and sources[0].get("Queue"):
        assert built.properties("TimersQueue")["RedrivePolicy"]["deadLetterTargetArn"] == queue
        return
    failed = made.get("DeadLetterQueue") or sources[0]["DestinationConfig"]["OnFailure"]
    assert (failed["Type"], failed.get("TargetArn") or failed["Destination"]) == ("SQS", queue)


@pytest.mark.parametrize("function", STREAMS)
def test_a_function_hears_of_its_tables_and_no_others(built: Package, function: str) -> None:
    assert list(built.properties(function)["Events"]) == STREAMS[function]


@pytest.mark.parametrize(
    ("function", "table"), [(one, table) for one, tables in STREAMS.items() for table in tables]
)
def test_a_stream_is_heard_in_order_and_for_a_day_from_where_it_failed(
    built: Package, function: str, table: str
) -> None:
    asked = built.properties(function)["Events"][table]["Properties"]

    assert asked["BisectBatchOnFunctionError"] is True
    assert asked["MaximumRecordAgeInSeconds"] == timedelta(days=1).total_seconds()
    assert "MaximumRetryAttempts" not in asked, "as often as a day has room for"
    assert asked["DestinationConfig"]["OnFailure"]["Type"] == "SQS"
    assert asked["Stream"] == {"Fn::GetAtt": [f"{table}Table", "StreamArn"]}
    assert asked["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert asked["StartingPosition"] == "TRIM_HORIZON"
    [pattern] = asked["FilterCriteria"]["Filters"]
    assert "REMOVE" not in json.loads(pattern["Pattern"])["eventName"]


@pytest.mark.parametrize("alarm", ["Errors", "Unheard", *STREAMS, "DeadLetters"])
def test_what_is_not_heard_or_delivered_rings_an_alarm(built: Package, alarm: str) -> None:
    made = built.properties(f"{alarm}Alarm")

    assert made["AlarmActions"] == [{"Ref": "AlarmsTopic"}]
    assert made["TreatMissingData"] == "notBreaching"
    assert built.template["Outputs"]["AlarmsTopicArn"]["Value"] == {"Ref": "AlarmsTopic"}


def test_the_alarm_for_dead_letters_counts_what_the_log_says(built: Package) -> None:
    counted = built.properties("DeadLetters")
    [metric] = counted["MetricTransformations"]

    assert counted["LogGroupName"] == {"Ref": "HookDueLogGroup"}
    assert counted["FilterPattern"] == '{ $.event = "hook_dead" }'
    alarm = built.properties("DeadLettersAlarm")
    assert (alarm["Namespace"], alarm["MetricName"]) == (
        metric["MetricNamespace"],
        metric["MetricName"],
    )


def test_events_of_other_messages_of_the_account_wake_nobody(built: Package) -> None:
    [source] = built.properties("CarrierEvent")["Events"].values()

    assert source["Properties"]["Pattern"] == {
        "source": ["aws.sms-voice"],
        "detail-type": EUM_EVENTS,
        "detail": {"context": {"deployment": ["countersign-dev"]}},
    }


def test_a_send_begun_at_the_last_moment_ends_before_the_function_does(built: Package) -> None:
    carrier = Sns()._client.meta.config
    lives = timedelta(seconds=built.properties("APIHandler")["Timeout"])

    assert Sns.takes == timedelta(seconds=carrier.connect_timeout + carrier.read_timeout)
    assert lives >= SEND_WITHIN + ALL_TAKE + timedelta(seconds=edge._PATIENCE)
    assert lives < DEAD_AFTER


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_has_a_configuration_that_stands(stage: str) -> None:
    config = Config.read({}, stage=stage)

    assert config.stage == stage
    assert config.deployed == (stage != "local")
    assert ("inbox" in config.sender_names) == (stage == "local")


def test_the_environment_says_what_config_reads_and_holds_no_secret(built: Package) -> None:
    variables = built.properties("APIHandler")["Environment"]["Variables"]

    assert set(variables) <= {name.upper() for name in asdict(Config())}
    assert not any(re.search(r"[0-9A-Fa-f+/]{24,}", value) for value in variables.values())


def test_the_outputs_say_where_the_api_is_and_what_the_tables_are_called(built: Package) -> None:
    outputs = built.template["Outputs"]

    assert ".execute-api." in outputs["EndpointURL"]["Value"]["Fn::Sub"]
    for table in TABLES:
        noun = table.Meta.table_name.rpartition("-")[2].capitalize()
        assert outputs[f"{noun}TableName"]["Value"] == {"Ref": f"{noun}Table"}
