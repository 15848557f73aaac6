"""Let AWS refuse the countries that no app sends to, too: `make protect STAGE=dev`.

A protect configuration of End User Messaging holds whatever our own code may do.  `make deploy`
sets it up to match the apps' settings; after these have changed, this does.
"""

import argparse
import json
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import phonenumbers

from chalicelib.config import Config, stage_environment
from chalicelib.domain.challenges import Purpose
from chalicelib.domain.settings import NAMES, Settings

from .account import Account, Failed
from .checks import Unseen, ask, item, items
from .checks.originators import SERVICE
from .command import consent, run
from .package import DISPOSABLE, ROOT, configuration
from .smoke import PREFIX as SMOKE

#: What we send; of the service's others nothing is changed.
CHANNELS = ("SMS", "VOICE")
#: A country that is monitored or filtered is reached, too, and stays so.
_ALLOW, _BLOCK = "ALLOW", "BLOCK"
#: Countries that are named before the rest is counted.
_NAMED = 12

#: What rules should be, by channel and country.
Rules = Mapping[str, Mapping[str, str]]


def apps(config: Config) -> list[Settings]:
    """The settings of every app but a smoke test's; raises Absent and Unseen."""
    asked = {
        "TableName": f"{config.table_prefix}-apps",
        "ConsistentRead": True,
        # Not their keys.
        "ProjectionExpression": "#id, #settings",
        "ExpressionAttributeNames": {"#id": "id", "#settings": "settings"},
    }
    found = items("dynamodb", "scan", "Items", **asked)
    try:
        return [_settings(one) for one in found if not one["id"]["S"].startswith(SMOKE)]
    except ValueError:  # which may quote a number
        raise Unseen("an app has settings of another version") from None


def _settings(app: Mapping[str, Any]) -> Settings:
    said = app.get("settings", {}).get("M", {})
    # A setting of a newer version is none of ours.
    return Settings.read({name: text["S"] for name, text in said.items() if name in NAMES})


def reached(settings: Collection[Settings], region: str) -> bool:
    """Whether any app sends to *region*, for any purpose."""
    return any(one.sends_to(region, purpose) for one in settings for purpose in Purpose)


def differing(id: str, channel: str, settings: Collection[Settings]) -> dict[str, str]:
    """What the rules of *id* should be where they are not; raises Absent and Unseen."""
    operation = "get_protect_configuration_country_rule_set"
    said = ask(SERVICE, operation, ProtectConfigurationId=id, NumberCapability=channel)
    wanted = {}
    for country, rule in said["CountryRuleSet"].items():
        blocked = rule["ProtectStatus"] == _BLOCK
        if reached(settings, country) is blocked:
            wanted[country] = _ALLOW if blocked else _BLOCK
    return wanted


def opened(rules: Mapping[str, str]) -> list[str]:
    """The countries that *rules* would let through; `closed` has the others."""
    return sorted(country for country, status in rules.items() if status == _ALLOW)


def closed(rules: Mapping[str, str]) -> list[str]:
    return sorted(set(rules) - set(opened(rules)))


def named(countries: Sequence[str]) -> str:
    """*countries* as a person reads them: the first few, and how many more there are."""
    more = len(countries) - _NAMED
    return ", ".join(countries[:_NAMED]) + (f" and {more} more" if more > 0 else "")


@dataclass(frozen=True)
class Plan:
    """What is to change, not yet done; there is no configuration yet where *id* is empty."""

    name: str
    id: str
    settings: Collection[Settings]
    rules: Rules
    #: The configuration set whose messages it is to judge, where it does not yet.
    joins: str = ""

    @property
    def empty(self) -> bool:
        return bool(self.id) and not self.joins and not any(self.rules.values())

    def __str__(self) -> str:
        return "; ".join(self._parts()) or "nothing to change"

    def _parts(self) -> Iterator[str]:
        if not self.id:
            regions = sorted(phonenumbers.SUPPORTED_REGIONS)
            alone = [region for region in regions if reached(self.settings, region)]
            yield f"to be made, and to let through {named(alone)} alone"
        for channel, rules in self.rules.items():
            if allowed := opened(rules):
                yield f"{channel} to allow {named(allowed)}"
            if blocked := closed(rules):
                yield f"{channel} to block {named(blocked)}"
        if self.joins:
            yield f"to judge what is sent by {self.joins}"

    def apply(self) -> str:
        """Carry it out; the id.  Raises Unseen.

        Only with its rules does it come before what is sent.
        """
        id, rules = self.id, self.rules
        if not id:
            id = _made(self.name)
            rules = {channel: differing(id, channel, self.settings) for channel in CHANNELS}
        operation = "update_protect_configuration_country_rule_set"
        # Each operation may be called once a second: all countries go in one.
        for channel, statuses in rules.items():
            if statuses:
                told = {country: {"ProtectStatus": one} for country, one in statuses.items()}
                which = {"ProtectConfigurationId": id, "NumberCapability": channel}
                ask(SERVICE, operation, **which, CountryRuleSetUpdates=told)
        if self.joins:
            operation, joins = "associate_protect_configuration", self.joins
            ask(SERVICE, operation, ProtectConfigurationId=id, ConfigurationSetName=joins)
        return id


def _tags(name: str) -> dict[str, str]:
    """What one of ours is known by; AWS's console shows the `Name`."""
    return {"Name": name, "application": "countersign"}


def _made(name: str) -> str:
    tags = [{"Key": key, "Value": value} for key, value in _tags(name).items()]
    # botocore adds a client token, by which a call that is tried again makes no second one.
    made = ask(SERVICE, "create_protect_configuration", DeletionProtectionEnabled=False, Tags=tags)
    return str(made["ProtectConfigurationId"])


def owned(name: str) -> list[dict[str, Any]]:
    """Those of the deployment *name*, the oldest first: one, or none.  Raises Unseen."""
    found = items(SERVICE, "describe_protect_configurations", "ProtectConfigurations")
    by_age = sorted(found, key=lambda one: one["CreatedTimestamp"])
    return [one for one in by_age if _tags(name).items() <= _tagged(one).items()]


def _tagged(found: Mapping[str, Any]) -> dict[str, str]:
    arn = found["ProtectConfigurationArn"]
    said = items(SERVICE, "list_tags_for_resource", "Tags", ResourceArn=arn)
    return {tag["Key"]: tag["Value"] for tag in said}


def judge(config: Config) -> str:
    """The one that the stage's configuration set is judged by; raises Absent and Unseen."""
    if not config.eum_configuration_set:
        return ""
    wanted = [config.eum_configuration_set]
    operation, key = "describe_configuration_sets", "ConfigurationSets"
    said = item(SERVICE, operation, key, ConfigurationSetNames=wanted)
    return str(said.get("ProtectConfigurationId", ""))


def match(config: Config, *, yes: bool) -> None:
    """Let AWS refuse what no app sends to; raises Failed and Unseen.

    What a person has made or chosen is left alone, and said.
    """
    settings = apps(config)
    if not settings:
        _say("no app yet, and nothing to match")
        return
    name, chosen = config.table_prefix, config.eum_protect_configuration
    found = next(iter(owned(name)), {})
    id = found.get("ProtectConfigurationId", "")
    known = {id, found.get("ProtectConfigurationArn", "")} - {""}
    if chosen and chosen not in known:
        _say(f"EUM_PROTECT_CONFIGURATION={chosen} is not made here, and is left alone")
        return
    rules = {channel: differing(id, channel, settings) for channel in CHANNELS} if id else {}
    judges, taken = judge(config), _taken(config)
    plan = Plan(name, id, settings, rules, "" if judges or taken else config.eum_configuration_set)
    _say(f"{id or name}: {plan}")
    if not plan.empty:
        if config.stage not in DISPOSABLE and not yes:
            consent(f"change protect configuration {id or name}?")
        id = plan.apply()
    if chosen or plan.joins or judges in known:
        return
    if others := [judges] if judges else taken:
        _say(f"{config.eum_configuration_set} is for {', '.join(others)}, and is left alone")
    _say(f"not in force before {config.stage} has EUM_PROTECT_CONFIGURATION={id}")


def _taken(config: Config) -> list[str]:
    """The other stages that send by the same configuration set, to countries of their own."""
    file = Path(ROOT, ".chalice", "config.json")
    others = set(json.loads(file.read_text("utf-8"))["stages"]) - {config.stage}
    said = {one: stage_environment(one).get("EUM_CONFIGURATION_SET", "") for one in others}
    mine = config.eum_configuration_set
    return sorted(one for one in others if mine and said[one].strip() == mine)


def follow(config: Config, *, yes: bool) -> None:
    """Match as the last part of a deployment, which stands whatever comes of that."""
    if "eum" not in config.sender_names:
        return
    try:
        match(config, yes=yes)
    except (Failed, Unseen) as fault:
        _say(f"not matched: {fault}; `make protect STAGE={config.stage}` tries again")


def remove(config: Config) -> None:
    """Delete the deployment's own, if it has one; what stands against it is said."""
    if "eum" not in config.sender_names:
        return
    id = config.table_prefix
    try:
        for found in owned(config.table_prefix):
            id = found["ProtectConfigurationId"]
            _leave(id)
            ask(SERVICE, "delete_protect_configuration", ProtectConfigurationId=id)
    except Unseen as fault:
        _say(f"{id} may be left: {fault}")


def _leave(id: str) -> None:
    """Take it off all configuration sets, without which it cannot be deleted."""
    filters = [{"Name": "protect-configuration-id", "Values": [id]}]
    operation, key = "describe_configuration_sets", "ConfigurationSets"
    for one in items(SERVICE, operation, key, Filters=filters):
        which = {"ProtectConfigurationId": id, "ConfigurationSetName": one["ConfigurationSetName"]}
        ask(SERVICE, "disassociate_protect_configuration", **which)


def _say(line: str) -> None:
    print(f"protect configuration: {line}", flush=True)


def protect(asked: argparse.Namespace) -> None:
    """Match the stage that is asked for; raises Failed."""
    config = configuration(asked.stage)
    if "eum" not in config.sender_names:
        raise Failed(f"SENDERS of {config.stage} does not name eum")
    print(f"{config.table_prefix} in {Account.current()}", flush=True)
    try:
        match(config, yes=asked.yes)
    except Unseen as fault:
        raise Failed(str(fault)) from fault


def main(arguments: Sequence[str] | None = None) -> int:
    """Match what the command line asks for; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.protect", description=__doc__)
    parser.add_argument("--stage", default="dev", help="a stage of .chalice/config.json")
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    return run(protect, parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
