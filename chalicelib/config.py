"""This is where the deployment is configured: the only reader of the environment."""

import json
import os
import re
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field, fields
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

#: Every sender there is, but for a team's own functions; `senders.carriers` builds them.
SENDERS = ("sns", "eum", "notify", "inbox")

_ARN = "[A-Za-z0-9_:/-]{1,256}"
#: The service may invoke functions whose names begin so, and no others: see the policies.
_OWN = r"(?:arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{12}:function:)?countersign-[A-Za-z0-9_-]{1,52}"
_FUNCTION = rf"[a-z][a-z0-9_-]{{0,19}}\s*=\s*{_OWN}(?::[A-Za-z0-9_$-]{{1,128}})?"
_PRICE = r"[0-9]{0,2}\.[0-9]{1,5}"

_FORMS = {
    "demo": "|on|off",
    "stage": r"[a-z][a-z0-9-]{0,19}",
    "table_prefix": r"[A-Za-z0-9_.-]{1,200}",
    "peppers_parameter": r"/[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*",
    "sns_sender_id": r"|(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}",
    "sns_max_price": r"|[0-9]{1,3}(\.[0-9]{1,5})?",
    "eum_origination": "|[A-Za-z0-9_:/+-]{1,256}",
    "eum_voice_origination": "|[A-Za-z0-9_:/+-]{1,256}",
    "eum_configuration_set": f"|{_ARN}",
    "eum_protect_configuration": f"|{_ARN}",
    "eum_max_price": f"|{_PRICE}",
    "eum_voice_max_price": f"|{_PRICE}",
    "eum_in_entity_id": "|[!-~]{1,64}",
    "eum_in_template_id": "|[!-~]{1,64}",
    "notify_configuration": f"|{_ARN}",
    "notify_template": "|[A-Za-z0-9_-]{1,256}",
    "notify_voice_template": "|[A-Za-z0-9_-]{1,256}",
    "notify_countries": r"|[A-Z]{2}(\s*,\s*[A-Z]{2})*",
    "functions": rf"|{_FUNCTION}(\s*,\s*{_FUNCTION})*",
    "public_url": r"|https?://[^/?#\s]+(/[^?#\s]*[^/?#\s])?",
}


#: What Lambda tells every function.
_FUNCTION_NAME = "AWS_LAMBDA_FUNCTION_NAME"


def _variable(default: str, help: str) -> str:
    value: str = field(default=default, metadata={"help": help})
    return value


@dataclass(frozen=True, slots=True)
class Config:
    """What one deployment is told by its environment: each field by the variable of its name."""

    stage: str = _variable("local", "`local`, `dev`, `prod`, or a stage of your own")
    table_prefix: str = _variable("", "tables are `PREFIX-lines` and so on: `countersign-STAGE`")
    peppers_parameter: str = _variable("", "SecureString parameter: `/countersign/STAGE/peppers`")
    senders: str = _variable("", "in the order they are asked: `sns`, `eum`, `notify`, functions")
    sns_sender_id: str = _variable("", "originator shown where allowed: 1 to 11 letters and digits")
    sns_max_price: str = _variable("", "the most one text may cost, in US dollars: `0.50`")
    eum_origination: str = _variable("", "a number, pool or sender ID texts come from, or its ARN")
    eum_voice_origination: str = _variable("", "a number or pool calls come from; none, no calls")
    eum_configuration_set: str = _variable("", "where receipts go, of `eum` and of `notify`")
    eum_protect_configuration: str = _variable("", "which countries `eum` may reach, by its id")
    eum_max_price: str = _variable("", "the most one text may cost, in US dollars: `0.50`")
    eum_voice_max_price: str = _variable("", "the most a minute's call may cost, in US dollars")
    eum_in_entity_id: str = _variable("", "what India's DLT registry knows the team by")
    eum_in_template_id: str = _variable("", "what it knows the built-in text by")
    notify_configuration: str = _variable("", "a Notify configuration, by its id or ARN")
    notify_template: str = _variable("", "AWS's template; none is the configuration's default")
    notify_voice_template: str = _variable("", "AWS's template for calls; none, no calls")
    notify_countries: str = _variable("", "`US, JP`: where to; none is the Basic tier's thirty")
    functions: str = _variable("", "your own senders: `aliyun=countersign-…, tencent=ARN`")
    demo: str = _variable("", "`on` shows the demo page, `/demo`; it is shown at the desk")
    public_url: str = _variable("", "where clients reach the service, if not at the gateway itself")
    trusted_proxies: str = _variable(
        "", "networks whose X-Forwarded-For is believed: `203.0.113.0/24`"
    )

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ, *, stage: str = "") -> "Config":
        """The configuration that *environ* says; raises ValueError with every fault at once.

        With *stage*, what `.chalice/config.json` tells the functions of that stage comes first.
        """
        if stage:
            environ = {**environ, **stage_environment(stage)}
        said = {
            item.name: environ[item.name.upper()].strip()
            for item in fields(cls)
            if environ.get(item.name.upper(), "").strip()
        }
        named = said.get("stage", "local")
        defaults = {
            "table_prefix": f"countersign-{named}",
            "peppers_parameter": f"/countersign/{named}/peppers",
            "senders": "inbox" if named == "local" else "sns",
        }
        config = cls(**{**defaults, **said})
        faults = config.faults()
        if config.deployed and in_function(environ) and _ships_the_desk():
            faults.append("chalicelib/local is part of the package: it shows codes to everybody")
        if faults:
            raise ValueError("the configuration cannot stand:\n" + "\n".join(faults))
        return config

    def faults(self) -> list[str]:
        """What is wrong with it, one line each."""
        faults = [
            f"{name.upper()}={getattr(self, name)!r} is not of the form {form.lstrip('|')}"
            for name, form in _FORMS.items()
            if not re.fullmatch(form, getattr(self, name))
        ]
        names, known = self.sender_names, (*SENDERS, *self.functions_by_name)
        if not names or not set(names) <= set(known):
            faults.append(f"SENDERS={self.senders!r}: there are {', '.join(known)}")
        if len(set(names)) < len(names):
            faults.append(f"SENDERS={self.senders!r}: each is asked once")
        faults += self._faults_of_functions()
        if "notify" in names and not self.notify_configuration:
            faults.append("NOTIFY_CONFIGURATION is empty, and SENDERS names notify")
        if "CN" in self.notify_regions:
            faults.append(f"NOTIFY_COUNTRIES={self.notify_countries!r}: Notify never reaches CN")
        try:
            self.trusted_networks  # noqa: B018  it raises what is wrong
        except ValueError as fault:
            faults.append(f"TRUSTED_PROXIES={self.trusted_proxies!r}: {fault}")
        if self.deployed and "inbox" in self.sender_names:
            faults.append(f"SENDERS={self.senders!r}: on {self.stage} the inbox would send nothing")
        return faults

    def _faults_of_functions(self) -> Iterator[str]:
        names = [name for name, _ in self._functions]
        for name in sorted(set(names)):
            if name in SENDERS:
                yield f"FUNCTIONS={self.functions!r}: {name} is a sender already"
            if names.count(name) > 1:
                yield f"FUNCTIONS={self.functions!r}: {name} stands twice"

    @property
    def deployed(self) -> bool:
        return self.stage != "local"

    @property
    def demonstrates(self) -> bool:
        return self.demo == "on" or not (self.deployed or self.demo)

    @property
    def sender_names(self) -> tuple[str, ...]:
        return _listed(self.senders)

    @property
    def functions_by_name(self) -> dict[str, str]:
        """The team's own functions by the names they have as senders."""
        return dict(self._functions)

    @property
    def notify_regions(self) -> tuple[str, ...]:
        return _listed(self.notify_countries)

    @property
    def trusted_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The proxies that say who has called; raises ValueError."""
        return tuple(map(ip_network, _listed(self.trusted_proxies)))

    @property
    def _functions(self) -> list[tuple[str, str]]:
        pairs = (pair.partition("=") for pair in _listed(self.functions))
        return [(name.strip(), function.strip()) for name, _, function in pairs]


def _listed(text: str) -> tuple[str, ...]:
    """What stands between the commas of *text*."""
    return tuple(item.strip() for item in text.split(",") if item.strip())


def stage_environment(stage: str) -> dict[str, str]:
    """What `.chalice/config.json` tells the functions of *stage*; raises ValueError."""
    said = json.loads((Path(__file__).parents[1] / ".chalice" / "config.json").read_text())
    if stage not in said["stages"]:
        raise ValueError(f"no stage {stage!r}: there are {', '.join(said['stages'])}")
    return {
        **said.get("environment_variables", {}),
        **said["stages"][stage].get("environment_variables", {}),
    }


def settle_region(environ: MutableMapping[str, str] = os.environ) -> None:
    """Let botocore hear the region that AWS's own programs hear first: it knows one name alone."""
    if named := environ.get("AWS_REGION"):
        environ["AWS_DEFAULT_REGION"] = named


def in_function(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this is a deployed function, and not a tool or the desk."""
    return _FUNCTION_NAME in environ


def _ships_the_desk() -> bool:
    return find_spec(f"{__package__}.local") is not None
