"""`make protect`: AWS refuses what no app sends to, and nothing of anybody else's is touched."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from moto import mock_aws

from chalicelib.config import Config
from chalicelib.domain.apps import App
from chalicelib.local.shapes import problems
from chalicelib.store.tables import AppRow
from chalicelib.wiring import stores
from tests.accounts import ACCOUNT, EUM, HEALTHY, OWN, Cloud, Refusal, meeting, stack
from tools import doctor, protect
from tools.account import Account, Failed, client
from tools.checks import Unseen
from tools.smoke import PREFIX as SMOKE

EUM_STAGE = {"STAGE": "dev", "SENDERS": "eum", "EUM_CONFIGURATION_SET": "receipts"}
#: The countries that this AWS knows.
COUNTRIES = ("AF", "CN", "FR", "HK", "US")
OURS = {"Name": "countersign-dev", "application": "countersign"}
READS = ("Describe", "Get", "List")
CHANNELS = ("SMS", "VOICE")


def open_to(*some: str, **others: str) -> dict[str, str]:
    """The rules that let *some* countries through, and what else is said of *others*."""
    return {one: "ALLOW" if one in some else "BLOCK" for one in COUNTRIES} | others


@dataclass
class Protection:
    """A protect configuration."""

    id: str
    tags: dict[str, str]
    rules: dict[str, dict[str, str]] = field(
        default_factory=lambda: {one: open_to(*COUNTRIES) for one in ("SMS", "VOICE", "MMS")}
    )
    default: bool = False
    kept: bool = False
    made_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    @property
    def told(self) -> dict[str, Any]:
        return {
            "ProtectConfigurationId": self.id,
            "ProtectConfigurationArn": f"{OWN}protect-configuration/{self.id}",
            "CreatedTimestamp": self.made_at,
            "AccountDefault": self.default,
            "DeletionProtectionEnabled": self.kept,
        }


def ours(*some: str, id: str = "protect-1", **others: str) -> Protection:
    """The deployment's own, which lets *some* countries through."""
    return Protection(id, dict(OURS), {one: open_to(*some, **others) for one in CHANNELS})


@dataclass
class Messaging(Cloud):
    """End User Messaging with its protect configurations, and with what is judged by which.

    It hears what goes over the wire, and holds it to AWS's model, patterns and all.
    """

    said: dict[str, Any] = field(default_factory=dict)
    protections: dict[str, Protection] = field(default_factory=dict)
    sets: dict[str, str] = field(default_factory=dict)
    wire: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def begin(self) -> None:
        names = [name for name in dir(self) if name[0].isupper()]
        self.said = HEALTHY | {f"{EUM}.{name}": getattr(self, name) for name in names}
        for log in (self.protections, self.sets, self.wire, self.asked):
            log.clear()

    def hold(self, *some: Protection) -> None:
        self.protections |= {one.id: deepcopy(one) for one in some}

    def answer(
        self, model: Any, params: Any = None, **_: object
    ) -> tuple[AWSResponse, dict[str, Any]] | None:
        if model.service_model.service_name == EUM:
            body = json.loads(params["body"])
            assert list(problems(model.input_shape, body)) == []
            self.wire.append((model.name, body))
        return super().answer(model)

    @property
    def changes(self) -> list[str]:
        """The operations that change something, in their order."""
        return [name for name, _ in self.wire if not name.startswith(READS)]

    def _known(self, told: str) -> Protection | None:
        return self.protections.get(told.rpartition("/")[2])

    def DescribeProtectConfigurations(self, asked: dict[str, Any]) -> Any:
        wanted = asked.get("ProtectConfigurationIds") or list(self.protections)
        found = [one.told for one in map(self._known, wanted) if one]
        if wanted and not found:
            return Refusal("ResourceNotFoundException")
        # By the model there is one or more, or no list.
        return {"ProtectConfigurations": found} if found else {}

    def ListTagsForResource(self, asked: dict[str, Any]) -> Any:
        one = self._known(asked["ResourceArn"])
        assert one
        return {"Tags": [{"Key": key, "Value": value} for key, value in one.tags.items()]}

    def CreateProtectConfiguration(self, asked: dict[str, Any]) -> Any:
        tags = {tag["Key"]: tag["Value"] for tag in asked["Tags"]}
        made = Protection(f"protect-{len(self.protections) + 1}", tags)
        made.kept = asked.get("DeletionProtectionEnabled", False)
        self.hold(made)
        return made.told

    def GetProtectConfigurationCountryRuleSet(self, asked: dict[str, Any]) -> Any:
        one = self._known(asked["ProtectConfigurationId"])
        assert one
        rules = one.rules[asked["NumberCapability"]]
        return {"CountryRuleSet": {name: {"ProtectStatus": said} for name, said in rules.items()}}

    def UpdateProtectConfigurationCountryRuleSet(self, asked: dict[str, Any]) -> Any:
        one = self._known(asked["ProtectConfigurationId"])
        assert one
        for country, rule in asked["CountryRuleSetUpdates"].items():
            one.rules[asked["NumberCapability"]][country] = rule["ProtectStatus"]
        return self.GetProtectConfigurationCountryRuleSet(asked)

    def DescribeConfigurationSets(self, asked: dict[str, Any]) -> Any:
        names = asked.get("ConfigurationSetNames") or list(self.sets)
        if unknown := set(names) - set(self.sets):
            return Refusal("ResourceNotFoundException", message=f"{unknown}")
        for wanted in asked.get("Filters", []):
            assert wanted["Name"] == "protect-configuration-id"
            names = [name for name in names if self.sets[name] in wanted["Values"]]
        return {
            "ConfigurationSets": [
                {
                    "ConfigurationSetName": name,
                    "EventDestinations": [],
                    **({"ProtectConfigurationId": judge} if (judge := self.sets[name]) else {}),
                }
                for name in names
            ]
        }

    def AssociateProtectConfiguration(self, asked: dict[str, Any]) -> Any:
        self.sets[asked["ConfigurationSetName"]] = asked["ProtectConfigurationId"]
        return {}

    def DisassociateProtectConfiguration(self, asked: dict[str, Any]) -> Any:
        self.sets[asked["ConfigurationSetName"]] = ""
        return {}

    def DeleteProtectConfiguration(self, asked: dict[str, Any]) -> Any:
        one = self._known(asked["ProtectConfigurationId"])
        assert one
        if one.kept or one.default or one.id in self.sets.values():
            reason = "DELETION_PROTECTION_ENABLED" if one.kept else "RESOURCE_IN_USE"
            return Refusal("ConflictException", reason)
        return self.protections.pop(one.id).told

    def DescribeAccountAttributes(self, asked: dict[str, Any]) -> Any:
        return {
            "AccountAttributes": [
                {"Name": "DEFAULT_PROTECT_CONFIGURATION_ID", "Value": one.id}
                for one in self.protections.values()
                if one.default
            ]
        }


@pytest.fixture(scope="module")
def met() -> Iterator[Messaging]:
    """What the clients of these tests meet: making them anew takes its time."""
    with meeting(Messaging()) as cloud:
        yield cloud


@pytest.fixture
def cloud(met: Messaging) -> Iterator[Messaging]:
    """An account with a configuration set, and a stage without apps."""
    with mock_aws():
        client("dynamodb").create_table(
            TableName="countersign-dev-apps",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        met.begin()
        met.sets["receipts"] = ""
        yield met


def app(destinations: str, id: str = "") -> None:
    """Keep an app that sends to *destinations*, which none but CN is named by an empty one."""
    made = App.create("shop", id=id)
    directory, _ = stores(Config.read(EUM_STAGE))
    AppRow._connection = None
    directory.create(made.with_settings(made.settings.set("destinations", destinations)))


Match = Callable[..., list[str]]


@pytest.fixture
def match(capsys: pytest.CaptureFixture[str]) -> Match:
    """What is said when a stage is matched; raises Failed and Unseen."""

    def match(*, yes: bool = False, **environ: str) -> list[str]:
        capsys.readouterr()
        protect.match(Config.read({**EUM_STAGE, **environ}), yes=yes)
        lines = capsys.readouterr().out.splitlines()
        assert all(line.startswith("protect configuration: ") for line in lines)
        return [line.partition(": ")[2] for line in lines]

    return match


def test_what_no_app_sends_to_is_refused_by_aws(cloud: Messaging, match: Match) -> None:
    app("")
    app("US, HK; login: FR")

    [said] = match()

    [made] = cloud.protections.values()
    assert (made.tags, made.kept) == (OURS, False)
    reached = open_to("CN", "FR", "HK", "US")
    assert made.rules == {"SMS": reached, "VOICE": reached, "MMS": open_to(*COUNTRIES)}
    assert cloud.sets == {"receipts": made.id}
    assert said == (
        "countersign-dev: to be made, and to let through CN, FR, HK, US alone; "
        "to judge what is sent by receipts"
    )
    assert cloud.changes == [
        "CreateProtectConfiguration",
        "UpdateProtectConfigurationCountryRuleSet",
        "UpdateProtectConfigurationCountryRuleSet",
        "AssociateProtectConfiguration",
    ]
    [created] = [body for name, body in cloud.wire if name == "CreateProtectConfiguration"]
    assert created["ClientToken"]


def test_a_second_time_nothing_is_changed(cloud: Messaging, match: Match) -> None:
    app("US")
    match()
    cloud.wire.clear()

    assert match() == ["protect-1: nothing to change"]
    assert cloud.changes == []


def test_what_an_app_came_to_send_to_is_sent_alone(cloud: Messaging, match: Match) -> None:
    app("US")
    match()
    app("HK, FR")
    cloud.wire.clear()

    assert match() == ["protect-1: SMS to allow FR, HK; VOICE to allow FR, HK"]

    told = [body for name, body in cloud.wire if name.startswith("Update")]
    allowed = {"FR": {"ProtectStatus": "ALLOW"}, "HK": {"ProtectStatus": "ALLOW"}}
    assert [(body["NumberCapability"], body["CountryRuleSetUpdates"]) for body in told] == [
        ("SMS", allowed),
        ("VOICE", allowed),
    ]


@pytest.mark.parametrize("status", ["MONITOR", "FILTER"])
def test_how_a_person_has_a_country_watched_is_kept(
    cloud: Messaging, match: Match, status: str
) -> None:
    """Not of a country that nothing is sent to, and what apps send to is not to be blocked."""
    app("US, HK")
    cloud.hold(ours("US", US=status, AF=status))
    cloud.sets["receipts"] = "protect-1"

    match()

    assert cloud.protections["protect-1"].rules["SMS"] == open_to("HK", US=status)


@pytest.mark.parametrize("named", ["protect-1", f"{OWN}protect-configuration/protect-1"])
def test_the_one_that_every_send_names_may_be_ours(
    cloud: Messaging, match: Match, named: str
) -> None:
    app("US")
    cloud.hold(ours("CN"))

    said = match(EUM_PROTECT_CONFIGURATION=named, EUM_CONFIGURATION_SET="")

    assert said == [
        f"protect-1: {'; '.join(f'{one} to allow US; {one} to block CN' for one in CHANNELS)}"
    ]
    assert cloud.protections["protect-1"].rules["VOICE"] == open_to("US")


#: Somebody's, of the same name; and another deployment's.
THEIRS = Protection("protect-8", {"Name": "countersign-dev"})
PRODS = Protection("protect-9", {**OURS, "Name": "countersign-prod"})
LATER = "not in force before dev has EUM_PROTECT_CONFIGURATION=protect-3"
#: What the stage says, what judges the set, and what is said beside the plan.
LEFT_ALONE = [
    ({"EUM_CONFIGURATION_SET": ""}, "", [LATER]),
    ({}, "protect-8", ["receipts is for protect-8, and is left alone", LATER]),
    ({}, "protect-9", ["receipts is for protect-9, and is left alone", LATER]),
]


@pytest.mark.parametrize(("environ", "judge", "said"), LEFT_ALONE)
def test_what_is_somebody_elses_is_left_alone_and_said(
    cloud: Messaging, match: Match, environ: dict[str, str], judge: str, said: list[str]
) -> None:
    app("US")
    cloud.hold(THEIRS, PRODS)
    cloud.sets["receipts"] = judge

    assert match(**environ)[1:] == said
    assert match(**environ) == ["protect-3: nothing to change", *said]

    assert cloud.sets["receipts"] == judge
    assert [cloud.protections[one.id] for one in (THEIRS, PRODS)] == [THEIRS, PRODS]
    assert cloud.protections["protect-3"].rules["SMS"] == open_to("US")


def test_a_set_that_another_stage_sends_by_is_not_judged_by_this_ones_countries(
    cloud: Messaging, match: Match, monkeypatch: pytest.MonkeyPatch
) -> None:
    app("US")
    environ = {"EUM_CONFIGURATION_SET": "receipts"}
    stages = {"dev": {}, "blue": {}, "prod": {"environment_variables": environ}}
    for service in (EUM, "dynamodb"):  # whose models are files, too
        client(service)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_text", lambda *_: json.dumps({"stages": stages}))
        said = match()

    assert said[1:] == [
        "receipts is for prod, and is left alone",
        "not in force before dev has EUM_PROTECT_CONFIGURATION=protect-1",
    ]
    assert cloud.sets["receipts"] == ""


@pytest.mark.parametrize("chosen", ["protect-8", "protect-9", "protect-7"])
def test_one_that_a_person_chose_is_left_alone(cloud: Messaging, match: Match, chosen: str) -> None:
    app("US")
    cloud.hold(THEIRS, PRODS, ours("CN"))

    assert match(EUM_PROTECT_CONFIGURATION=chosen) == [
        f"EUM_PROTECT_CONFIGURATION={chosen} is not made here, and is left alone"
    ]
    assert cloud.changes == []


@pytest.mark.parametrize("id", ["", f"{SMOKE}1"])
def test_without_an_app_nothing_is_changed(cloud: Messaging, match: Match, id: str) -> None:
    if id:
        app("US", id=id)

    assert match() == ["no app yet, and nothing to match"]
    assert cloud.wire == []


def test_settings_that_cannot_be_read_are_no_reason_to_refuse_anybody(
    cloud: Messaging, match: Match
) -> None:
    app("US")
    newer = {"destinations": {"S": "the moon"}, "of_a_newer_version": {"S": "on"}}
    item = {"id": {"S": "app-of-a-newer-version"}, "settings": {"M": newer}}
    client("dynamodb").put_item(TableName="countersign-dev-apps", Item=item)

    with pytest.raises(Unseen, match=r"^an app has settings of another version$"):
        match()
    assert cloud.wire == []

    del newer["destinations"]
    client("dynamodb").put_item(TableName="countersign-dev-apps", Item=item)
    assert "let through CN, US alone" in match()[0]


def test_of_two_that_were_made_at_once_the_older_one_is_kept_up(
    cloud: Messaging, match: Match
) -> None:
    app("US")
    cloud.hold(ours("CN", id="protect-2"), ours("CN"))
    cloud.protections["protect-2"].made_at += timedelta(seconds=1)

    match()

    assert cloud.protections["protect-1"].rules["SMS"] == open_to("US")
    assert cloud.protections["protect-2"].rules["SMS"] == open_to("CN")


OPERATIONS = [name for name in dir(Messaging) if name[0].isupper()]
MATCHING = [name for name in OPERATIONS if not name.startswith(("Dis", "Delete"))]
MATCHING.remove("DescribeAccountAttributes")


@pytest.mark.parametrize("denied", [*(f"{EUM}.{one}" for one in MATCHING), "dynamodb.Scan"])
def test_a_permission_that_lacks_ends_no_deployment_and_the_next_one_goes_on(
    cloud: Messaging, match: Match, capsys: pytest.CaptureFixture[str], denied: str
) -> None:
    app("US")
    cloud.hold(THEIRS)
    config, able = Config.read(EUM_STAGE), dict(cloud.said)
    cloud.said[denied] = Refusal("AccessDeniedException")

    protect.follow(config, yes=False)

    service, _, name = denied.rpartition(".")
    action = f"{'sms-voice' if service == EUM else service}:{name}"
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == (
        f"protect configuration: not matched: needs action {action}; "
        "`make protect STAGE=dev` tries again"
    )
    with pytest.raises(Unseen, match=action):
        match()
    assert cloud.sets["receipts"] == "", "no rules, no say"

    cloud.said = able
    match()
    [made] = [one for one in cloud.protections.values() if one.tags == OURS]
    assert made.rules["SMS"] == made.rules["VOICE"] == open_to("US")
    assert cloud.sets["receipts"] == made.id


def test_every_stage_but_dev_asks_first(
    cloud: Messaging, match: Match, monkeypatch: pytest.MonkeyPatch
) -> None:
    app("US")
    prod = {"STAGE": "prod", "TABLE_PREFIX": "countersign-dev"}

    with pytest.raises(Failed, match="YES=1"):
        match(**prod)
    assert cloud.changes == []

    match(**prod, yes=True)
    assert cloud.sets["receipts"] == "protect-1"
    monkeypatch.setattr("builtins.input", pytest.fail)
    assert match(**prod) == ["protect-1: nothing to change"]


@pytest.mark.parametrize(
    ("environ", "held"), [(EUM_STAGE, []), ({**EUM_STAGE, "SENDERS": "sns"}, ["protect-1"])]
)
def test_a_stage_that_is_destroyed_takes_its_own_away_and_no_other(
    cloud: Messaging, environ: dict[str, str], held: list[str]
) -> None:
    cloud.hold(THEIRS, PRODS, ours("US"))
    cloud.sets |= {"receipts": "protect-1", "news": "protect-1", "prods": "protect-9"}

    protect.remove(Config.read(environ))

    assert set(cloud.protections) == {"protect-8", "protect-9", *held}
    left = "protect-1" if held else ""
    assert cloud.sets == {"receipts": left, "news": left, "prods": "protect-9"}


@pytest.mark.parametrize(
    ("stands", "fault"),
    [
        ("kept", f"{EUM} says DELETION_PROTECTION_ENABLED to DeleteProtectConfiguration"),
        ("default", f"{EUM} says RESOURCE_IN_USE to DeleteProtectConfiguration"),
        ("denied", "needs action sms-voice:DeleteProtectConfiguration"),
    ],
)
def test_one_that_cannot_be_taken_away_is_named(
    cloud: Messaging, capsys: pytest.CaptureFixture[str], stands: str, fault: str
) -> None:
    cloud.hold(ours("US"))
    if stands == "denied":
        cloud.said[f"{EUM}.DeleteProtectConfiguration"] = Refusal("AccessDeniedException")
    else:
        setattr(cloud.protections["protect-1"], stands, True)

    protect.remove(Config.read(EUM_STAGE))

    said = f"protect configuration: protect-1 may be left: {fault}\n"
    assert capsys.readouterr().out == said


def test_without_end_user_messaging_nothing_is_asked(
    cloud: Messaging, capsys: pytest.CaptureFixture[str]
) -> None:
    app("US")
    protect.follow(Config.read({**EUM_STAGE, "SENDERS": "sns"}), yes=True)
    assert protect.main(["--stage", "dev"]) == 1

    out = capsys.readouterr()
    assert (out.out, out.err) == ("", "not done: SENDERS of dev does not name eum\n")
    assert cloud.wire == []


#: Which one is in force and what it lets through, and what the doctor says of it but for the id.
FOUND: list[tuple[dict[str, str], str, dict[str, str], list[str]]] = [
    ({}, "set", open_to("US"), ["ok receipts is judged by protect-1"]),
    (
        {},
        "set",
        open_to("US", "AF"),
        ["ok receipts is judged by", "note SMS: protect-1 lets through AF: no app sends there"],
    ),
    (
        {},
        "set",
        open_to(),
        ["ok receipts is judged by", "missing SMS: protect-1 refuses US, which apps send to"],
    ),
    ({}, "set", open_to(US="FILTER"), ["ok receipts is judged by"]),
    (
        {"EUM_PROTECT_CONFIGURATION": "protect-1"},
        "",
        open_to("CN"),
        ["ok protect-1 is there", "missing SMS: protect-1 refuses US", "note SMS: protect-1 lets"],
    ),
    (
        {"EUM_CONFIGURATION_SET": ""},
        "default",
        open_to("US", "AF"),
        ["ok the account's default is in force", "note SMS: protect-1 lets through AF"],
    ),
    ({"EUM_CONFIGURATION_SET": "gone"}, "", open_to(), ["note none: any country may be texted"]),
    (
        {"EUM_VOICE_ORIGINATION": "+12065550100"},
        "set",
        open_to("US", "AF"),
        ["ok receipts", "note SMS: protect-1 lets through AF", "note VOICE: protect-1 lets"],
    ),
]


@pytest.mark.parametrize(("environ", "place", "rules", "said"), FOUND)
def test_the_doctor_says_where_rules_and_apps_differ(
    cloud: Messaging,
    environ: dict[str, str],
    place: str,
    rules: dict[str, str],
    said: list[str],
) -> None:
    app("US")
    one = Protection("protect-1", {}, {channel: dict(rules) for channel in CHANNELS})
    one.default = place == "default"
    cloud.hold(one)
    cloud.sets["receipts"] = "protect-1" if place == "set" else ""

    found = _findings({**EUM_STAGE, **environ})

    assert [line.startswith(start) for line, start in zip(found, said, strict=True)] == [
        True for _ in said
    ]
    for line in found:
        assert ("make protect STAGE=dev" in line.partition(" → ")[2]) is not line.startswith("ok ")
    assert cloud.changes == []


@pytest.mark.parametrize(
    ("told", "compared"),
    [
        (stack("REVIEW_IN_PROGRESS"), False),
        (Refusal("ValidationError", message="Stack does not exist"), False),
        (Refusal("AccessDeniedException"), True),
    ],
)
def test_rules_are_held_to_apps_unless_there_is_no_stack(
    cloud: Messaging, told: Any, compared: bool
) -> None:
    app("US")
    cloud.hold(ours("CN"))
    cloud.said["cloudformation.DescribeStacks"] = told

    found = _findings({**EUM_STAGE, "EUM_PROTECT_CONFIGURATION": "protect-1"})

    assert any("refuses US" in line for line in found) is compared


def test_the_doctor_reads_no_keys_of_apps(cloud: Messaging) -> None:
    app("US")
    cloud.hold(ours("US"))
    cloud.sets["receipts"] = "protect-1"

    _findings(EUM_STAGE)

    [scan] = [told for name, told in cloud.asked if name == "dynamodb.Scan" and "Limit" not in told]
    names = scan["ExpressionAttributeNames"]
    read = {names[one] for one in scan["ProjectionExpression"].split(", ")}
    assert read == {"id", "settings"}


def _findings(environ: dict[str, str]) -> list[str]:
    """What the doctor says of it, each with its level."""
    cloud_says = Account(ACCOUNT, "us-east-1", "aws", "")
    subject = "EUM_PROTECT_CONFIGURATION"
    found = doctor.examine(Config.read(environ), cloud_says)
    return [f"{finding.level} {finding}" for name, finding in found if name == subject]


def test_what_the_doctors_account_answers_is_what_this_one_does() -> None:
    """Else the doctor's tests would look at an account that AWS has none of."""
    assert {name.partition(".")[2] for name in HEALTHY if "Protect" in name} <= set(OPERATIONS)
