"""AWS End User Messaging: its tier, its purse, its receipts, and whom it may not reach."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from chalicelib.config import Config
from chalicelib.senders.receipts import EUM

from ..account import Account
from ..protect import apps, closed, differing, judge, named, opened
from . import Absent, Check, Finding, Unseen, item, items, missing, note, ok
from .originators import CONSOLE, SERVICE, calls, texts

_CASE = "Support Center > Create case > Service Quotas > AWS End User Messaging SMS (Pinpoint)"
#: US dollars a month until AWS is asked for more: "Sandbox" of its user guide.
_FIRST_LIMIT = 1


def checks(config: Config) -> dict[str, Check]:
    """Those that matter with what is configured."""
    return {
        "EUM tier": tier,
        "EUM spend limit": spend,
        "EUM_ORIGINATION": texts,
        **({"EUM_VOICE_ORIGINATION": calls} if config.eum_voice_origination else {}),
        "EUM_PROTECT_CONFIGURATION": protection,
        "EUM opted out": opted_out,
    }


def tier(config: Config, account: Account) -> Iterator[Finding]:
    """Whether anybody at all can be texted."""
    said = _attributes().get("ACCOUNT_TIER", "not told")
    if said == "PRODUCTION":
        yield ok("in production")
        return
    if said != "SANDBOX":
        yield note(f"the tier is {said}", f"{CONSOLE} > Overview")
        return
    yield missing("in the sandbox: verified numbers alone are reached", f"{_CASE}: production")
    wanted = [{"Name": "status", "Values": ["VERIFIED"]}]
    operation, key = "describe_verified_destination_numbers", "VerifiedDestinationNumbers"
    verified = len(items(SERVICE, operation, key, Filters=wanted))
    page = f"{CONSOLE} > Verified destination numbers"
    yield note(f"{verified} numbers are verified, of ten", page)


def spend(config: Config, account: Account) -> Iterator[Finding]:
    """What may be spent on texts and, if there are any, on calls."""
    channels = ["TEXT", *(["VOICE"] if config.eum_voice_origination else [])]
    yield from limits(channels)


def limits(channels: Iterable[str]) -> Iterator[Finding]:
    """What may be spent by each of *channels* in a month."""
    listed = items(SERVICE, "describe_spend_limits", "SpendLimits")
    said = {one["Name"]: one for one in listed}
    for channel in channels:
        limit = said.get(f"{channel}_MESSAGE_MONTHLY_SPEND_LIMIT")
        if not limit:
            yield note(f"{channel}: AWS does not say what may be spent", f"{_CASE}: spend limit")
            continue
        enforced, most = limit["EnforcedLimit"], limit["MaxLimit"]
        spent = f"{channel}: {enforced} US dollars a month may be spent, {most} at the most"
        override = f"aws {SERVICE} set-{channel.lower()}-message-spend-limit-override"
        if enforced > _FIRST_LIMIT:
            yield ok(spent)
        elif most > enforced:
            yield missing(spent, f"{override} --monthly-limit {most}")
        else:
            yield missing(spent, f"{_CASE}: spend limit")


def receipts(config: Config, account: Account) -> Iterator[Finding]:
    """Whether what became of a message is told twice over.

    AWS tells EventBridge's default bus of every message, which the stack listens to; but that is
    by best effort, and a topic is tried again.
    """
    name = config.eum_configuration_set
    topic = f"arn:{account.partition}:sns:{account.region}:{account.id}"
    topic += f":{config.table_prefix}-receipts"
    create = f"aws {SERVICE} create-event-destination --configuration-set-name {name or 'NAME'}"
    create += " --event-destination-name countersign --matching-event-types ALL"
    create += f" --sns-destination TopicArn={topic}"
    alone = "receipts come by EventBridge alone, which is best effort"
    if not name:
        first = f"aws {SERVICE} create-configuration-set --configuration-set-name NAME"
        yield note(alone, f"{first}; {create}; EUM_CONFIGURATION_SET of the stage")
        return
    try:
        operation, key = "describe_configuration_sets", "ConfigurationSets"
        found = item(SERVICE, operation, key, ConfigurationSetNames=[name])
    except Absent:
        command = f"aws {SERVICE} create-configuration-set --configuration-set-name {name}"
        yield missing(f"{name} is not there, and every send is refused", command)
        return
    yield ok(f"{name} is there")
    ours = [one for one in found["EventDestinations"] if _topic(one) == topic]
    on = [one for one in ours if one["Enabled"]]
    heard = {kind for one in on for kind in one["MatchingEventTypes"]}
    if not ours:
        yield note(alone, create)
    elif not on:
        yield note(f"{alone}: the topic's destination is off", f"{CONSOLE} > Configuration sets")
    elif unheard := sorted(_wanted(config) - _spelled(heard)):
        types = f"{CONSOLE} > Configuration sets > {name} > Event destinations: event types"
        yield note(f"{len(unheard)} event types do not go to the topic, {unheard[0]} …", types)
    else:
        yield ok(f"receipts come by EventBridge and by {topic.rpartition(':')[2]}")


def _topic(destination: dict[str, Any]) -> str:
    topic: str = destination.get("SnsDestination", {}).get("TopicArn", "")
    return topic


def _wanted(config: Config) -> set[str]:
    """The event types a record is moved by."""
    called = config.eum_voice_origination or config.notify_voice_template
    return {kind for kind in EUM if called or kind.startswith("TEXT_")}


def _spelled(types: set[str]) -> set[str]:
    """All that *types* cover: some stand for many."""
    return {kind for kind in EUM if types & {kind, "ALL", f"{kind.partition('_')[0]}_ALL"}}


def protection(config: Config, account: Account) -> Iterator[Finding]:
    """Whether AWS refuses the countries nobody is expected from, and no others."""
    page = f"{CONSOLE} > Protect configurations"
    repair = f"make protect STAGE={config.stage}; one that is not made there: {page}"
    if id := config.eum_protect_configuration:
        try:
            operation, key = "describe_protect_configurations", "ProtectConfigurations"
            item(SERVICE, operation, key, ProtectConfigurationIds=[id])
        except Absent:
            yield missing(f"{id} is not there, and every send is refused", page)
            return
        yield ok(f"{id} is there")
    elif id := _judge(config):
        yield ok(f"{config.eum_configuration_set} is judged by {id}")
    elif id := _attributes().get("DEFAULT_PROTECT_CONFIGURATION_ID", ""):
        yield ok("the account's default is in force")
    else:
        yield note("none: any country may be texted, at your cost", repair)
        return
    if _deployed(config):
        yield from _countries(config, id, repair)


def _judge(config: Config) -> str:
    with suppress(Absent):  # that is said of the set
        return judge(config)
    return ""


def _deployed(config: Config) -> bool:
    """Whether there may be apps whose settings can be read."""
    try:
        said = item("cloudformation", "describe_stacks", "Stacks", StackName=config.table_prefix)
    except Absent:
        return False
    except Unseen:
        return True  # it is said of the stack
    return said["StackStatus"] not in ("DELETE_COMPLETE", "REVIEW_IN_PROGRESS")


def _countries(config: Config, id: str, repair: str) -> Iterator[Finding]:
    """Where the rules of *id* are not what the apps' settings are."""
    try:
        settings = apps(config)
    except Absent:
        return  # that is said of the apps
    for channel in ["SMS", *(["VOICE"] if config.eum_voice_origination else [])]:
        rules = differing(id, channel, settings) if settings else {}
        if lost := opened(rules):
            yield missing(f"{channel}: {id} refuses {named(lost)}, which apps send to", repair)
        if free := closed(rules):
            yield note(f"{channel}: {id} lets through {named(free)}: no app sends there", repair)


def opted_out(config: Config, account: Account) -> Iterator[Finding]:
    """How many asked to be left alone, who do not even get a code."""
    counts = {}
    for one in items(SERVICE, "describe_opt_out_lists", "OptOutLists"):
        operation, name = "describe_opted_out_numbers", one["OptOutListName"]
        counts[name] = len(items(SERVICE, operation, "OptedOutNumbers", OptOutListName=name))
    if not any(counts.values()):
        yield ok("nobody opted out")
    for name, count in counts.items():
        if count:
            remedy = f"if they ask for it: {CONSOLE} > Opt-out lists > {name}"
            yield note(f"{count} numbers on the list {name}, and get nothing", remedy)


def _attributes() -> dict[str, str]:
    said = items(SERVICE, "describe_account_attributes", "AccountAttributes")
    return {one["Name"]: one["Value"] for one in said}
