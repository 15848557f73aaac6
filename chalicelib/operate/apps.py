"""This is where apps are made, shown and changed."""

import argparse
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime

from ..config import Config
from ..domain.apps import App
from ..domain.errors import BadRequest, Conflict
from ..domain.settings import MASK, SECRETS, Settings
from .faults import Fault, app_of, change


def create_app(asked: argparse.Namespace) -> str:
    """make an app, with a signature to send with, and print its keys"""
    app = App.create(asked.name, id=asked.id, key=asked.key, master_key=asked.master_key)
    app = app.with_settings(_set(app.settings, asked.settings))
    try:
        app = _signed(app, asked.signature or app.name, app.name)
        shown = app.signed().shown
    except Fault:
        if asked.signature:
            raise
        shown = "none, and nothing is sent without: add-signature"
    try:
        asked.apps.create(app)
    except Conflict:
        raise Fault(f"there is an app {app.id} already") from None
    return "\n".join(
        [
            f"app id      {app.id}",
            f"app key     {app.keys[0]}",
            f"master key  {app.master_keys[0]}",
            f"signature   {shown}",
        ]
    )


def add_signature(asked: argparse.Namespace) -> str:
    """add a signature, approved by whoever runs this; the first one is the default"""
    app = app_of(asked)
    signed = _signed(app, asked.text, asked.name or asked.text)
    change(asked, app, signed)
    return signed.signatures[-1].shown


def list_apps(asked: argparse.Namespace) -> str:
    """list the apps by name"""
    return "\n".join(f"{app.id}  {app.name}" for app in asked.apps.all()) or "no apps yet"


def show(asked: argparse.Namespace) -> str:
    """show an app and its settings; master keys are counted, not shown"""
    app = app_of(asked)
    changed = app.settings.changed()
    settings = [
        f"{'*' if name in changed else ' '} {name} = {text}"
        for name, text in app.settings.texts().items()
    ]
    return "\n".join(
        [
            f"{app.id}  {app.name}",
            f"app keys     {', '.join(app.keys)}",
            f"master keys  {len(app.master_keys)}",
            "settings (* differs from the default)",
            *settings,
        ]
    )


def set_settings(asked: argparse.Namespace) -> str:
    """change settings: name=value …; in force within half a minute"""
    app = app_of(asked)
    change(asked, app, app.with_settings(_set(app.settings, asked.settings)))
    return f"{app.id}: {', '.join(map(_shown, asked.settings))}"


def settings_help(asked: argparse.Namespace) -> str:
    """list an app's settings, and a deployment's environment variables"""
    settings = [item for item in fields(Settings) if item.metadata]
    variables = [f"{item.name.upper()}: {item.metadata['help']}" for item in fields(Config)]
    return "\n".join([*(f"{item.name}: {item.metadata['help']}" for item in settings), *variables])


def _set(settings: Settings, assignments: Sequence[str]) -> Settings:
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals:
            raise Fault(f"a setting is name=value, not {assignment!r}")
        settings = settings.set(name, text)
    settings.check()
    return settings


def _shown(assignment: str) -> str:
    """An assignment as it may be shown: a secret is not."""
    name = assignment.partition("=")[0]
    return f"{name}={MASK}" if name in SECRETS else assignment


def _signed(app: App, text: str, name: str) -> App:
    try:
        return app.with_approved(text, name=name, now=datetime.now(UTC))
    except BadRequest as fault:
        raise Fault(f"a signature's {fault.text}") from fault
