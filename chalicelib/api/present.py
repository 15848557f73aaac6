"""This is where values get the form they have on the wire."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import singledispatch
from typing import Any

from ..domain.apps import App
from ..domain.findings import Finding
from ..domain.signatures import Signature
from ..domain.templates import Template, Version


@singledispatch
def present(value: object) -> Any:
    """*value* as JSON has it; raises TypeError for what is not for the wire."""
    raise TypeError(f"{type(value).__name__} is not for the wire")


@present.register
def _(value: datetime) -> str:
    at = value.astimezone(UTC).isoformat(timespec="milliseconds")
    return at.replace("+00:00", "Z")


@present.register
def _(value: Decimal) -> str:
    """As text: a number of JSON's would not stay exact."""
    return f"{value.normalize():f}"


@present.register
def _(app: App) -> Any:
    return {
        "id": app.id,
        "name": app.name,
        "version": str(app.version),
        "settings": app.settings.texts(),
        "signatures": app.signatures,
    }


@present.register
def _(signature: Signature) -> Any:
    return {
        "id": signature.id,
        "name": signature.name,
        "text": signature.text,
        "state": signature.state,
        "reasons": signature.reasons,
        "note": signature.note,
        "createdAt": signature.created_at,
    }


@present.register
def _(template: Template) -> Any:
    return {
        "name": template.name,
        "version": str(template.version),
        "inUse": template.in_use,
        "waiting": template.waiting,
    }


@present.register
def _(version: Version) -> Any:
    return {
        "kind": version.kind,
        "source": version.source,
        "state": version.state,
        "reasons": version.reasons,
        "note": version.note,
        "registered": {
            sender: {"id": known.id, "parameters": known.parameters}
            for sender, known in version.registered.items()
        },
        "createdAt": version.created_at,
    }


@present.register
def _(finding: Finding) -> Any:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "at": finding.at,
        "length": finding.length,
        "text": finding.text,
    }
