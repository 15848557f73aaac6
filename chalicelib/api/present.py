"""This is where values get the form they have on the wire."""

from datetime import datetime
from decimal import Decimal
from functools import singledispatch
from typing import Any

from ..domain.abuse import Decision
from ..domain.apps import App
from ..domain.counters import Tally
from ..domain.findings import Finding
from ..domain.hook_deliveries import HookDelivery
from ..domain.hooks import Hook
from ..domain.instants import iso
from ..domain.records import Record
from ..domain.signatures import Signature
from ..domain.templates import Template, Version


@singledispatch
def present(value: object) -> Any:
    """*value* as JSON has it; raises TypeError for what is not for the wire."""
    raise TypeError(f"{type(value).__name__} is not for the wire")


@present.register
def _(value: datetime) -> str:
    return iso(value)


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


@present.register
def _(record: Record) -> Any:
    """The whole number stays with us: who looks for it knows it."""
    return {
        "id": record.id,
        "phone": record.to.masked,
        "channel": record.channel,
        "kind": record.kind,
        "template": record.template,
        "signature": record.signature,
        "text": record.text,
        "state": record.status,
        "stateName": record.status.shown,
        "sender": record.sender,
        "messageId": record.message_id,
        "word": record.word,
        "error": record.error,
        "first": record.first,
        "second": record.second,
        "address": record.address,
        "decision": record.decision,
        "segments": record.cost.segments,
        "price": record.price,
        "estimate": record.cost.price,
        "timeline": {
            "requested": record.at,
            "accepted": record.accepted_at,
            "carrier": record.carrier_at,
            "device": record.device_at,
            "verified": record.verified_at,
        },
    }


@present.register
def _(decision: Decision) -> Any:
    return {
        "verdict": decision.verdict,
        "reasons": [
            {"cause": one.cause, "what": one.what, "got": one.got, "most": one.most}
            for one in decision.reasons
        ],
        "saved": decision.saved,
    }


@present.register
def _(hook: Hook) -> Any:
    return {
        "name": hook.name,
        "kind": hook.kind,
        "address": hook.address,
        "events": sorted(hook.events),
        "hasKey": bool(hook.key),
    }


@present.register
def _(delivery: HookDelivery) -> Any:
    return {
        "id": delivery.id,
        "hook": delivery.hook,
        "type": delivery.type,
        "event": delivery.event,
        "phone": delivery.phone.masked if delivery.phone else None,
        "at": delivery.at,
        "state": delivery.state,
        "tries": delivery.tries,
        "word": delivery.word,
        "triedAt": delivery.tried_at,
        "dueAt": delivery.due_at,
    }


@present.register
def _(tally: Tally) -> Any:
    return {
        "sent": tally.sent,
        "delivered": tally.delivered,
        "verified": tally.verified,
        "failed": tally.failed,
        "segments": tally.segments,
        "cost": tally.cost,
        "barred": tally.barred,
        "saved": tally.saved,
    }
