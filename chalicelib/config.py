"""This is where the deployment is configured: the only reader of the environment."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from importlib.util import find_spec
from pathlib import Path

#: Every sender there is; `senders.chain` builds them.
SENDERS = ("sns", "inbox")

_FORMS = {
    "stage": r"[a-z][a-z0-9-]{0,19}",
    "table_prefix": r"[A-Za-z0-9_.-]{1,200}",
    "peppers_parameter": r"/[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*",
    "sns_sender_id": r"|(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}",
    "sns_max_price": r"|[0-9]{1,3}(\.[0-9]{1,5})?",
    "public_url": r"|https?://[^/?#\s]+(/[^?#\s]*[^/?#\s])?",
}


def _variable(default: str, help: str) -> str:
    value: str = field(default=default, metadata={"help": help})
    return value


@dataclass(frozen=True, slots=True)
class Config:
    """What one deployment is told by its environment: each field by the variable of its name."""

    stage: str = _variable("local", "`local`, `dev`, `prod`, or a stage of your own")
    table_prefix: str = _variable("", "tables are `PREFIX-lines` and so on: `countersign-STAGE`")
    peppers_parameter: str = _variable("", "SecureString parameter: `/countersign/STAGE/peppers`")
    senders: str = _variable("", "in the order they are asked: `sns`; at the desk `inbox`")
    sns_sender_id: str = _variable("", "originator shown where allowed: 1 to 11 letters and digits")
    sns_max_price: str = _variable("", "the most one text may cost, in US dollars: `0.50`")
    public_url: str = _variable("", "where clients reach the service, if not at the gateway itself")

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
        if config.deployed and "AWS_LAMBDA_FUNCTION_NAME" in environ and _ships_the_desk():
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
        unknown = [name for name in self.sender_names if name not in SENDERS]
        if unknown or not self.sender_names:
            faults.append(f"SENDERS={self.senders!r}: there are {', '.join(SENDERS)}")
        if self.deployed and "inbox" in self.sender_names:
            faults.append(f"SENDERS={self.senders!r}: on {self.stage} the inbox would send nothing")
        return faults

    @property
    def deployed(self) -> bool:
        return self.stage != "local"

    @property
    def sender_names(self) -> tuple[str, ...]:
        return tuple(name.strip() for name in self.senders.split(",") if name.strip())


def stage_environment(stage: str) -> dict[str, str]:
    """What `.chalice/config.json` tells the functions of *stage*; raises ValueError."""
    said = json.loads((Path(__file__).parents[1] / ".chalice" / "config.json").read_text())
    if stage not in said["stages"]:
        raise ValueError(f"no stage {stage!r}: there are {', '.join(said['stages'])}")
    return {
        **said.get("environment_variables", {}),
        **said["stages"][stage].get("environment_variables", {}),
    }


def _ships_the_desk() -> bool:
    return find_spec(f"{__package__}.local") is not None
