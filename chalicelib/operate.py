"""The administrator's commands: `python -m chalicelib.operate --stage dev create-app "My Shop"`."""

import argparse
import secrets
import sys
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from .config import Config
from .domain.apps import App
from .domain.codes import Keyring
from .domain.errors import BadRequest, Conflict, Refusal
from .domain.exports import csv_header, csv_lines, json_lines
from .domain.searches import Search
from .domain.settings import Settings
from .store.records import DynamoRecords
from .store.secrets import PEPPER_BYTES
from .wiring import stores

#: Records held in memory at a time.
_PAGE = 1000


class Fault(Exception):
    """What the administrator can mend; the text is all that is shown."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        asked.apps, asked.secrets = stores(Config.read(stage=asked.stage))
        print(asked.run(asked))
    except (Fault, OSError, ValueError) as fault:
        print(f"operate: {fault}", file=sys.stderr)
        return 1
    except (Refusal, BotoCoreError, ClientError) as fault:
        print(
            f"operate: AWS says {fault}; are --stage, region and credentials right?",
            file=sys.stderr,
        )
        return 1
    return 0


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
    app = _app(asked)
    signed = _signed(app, asked.text, asked.name or asked.text)
    _change(asked, app, signed)
    return signed.signatures[-1].shown


def list_apps(asked: argparse.Namespace) -> str:
    """list the apps by name"""
    return "\n".join(f"{app.id}  {app.name}" for app in asked.apps.all()) or "no apps yet"


def show(asked: argparse.Namespace) -> str:
    """show an app and its settings; master keys are counted, not shown"""
    app = _app(asked)
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
    app = _app(asked)
    _change(asked, app, app.with_settings(_set(app.settings, asked.settings)))
    return f"{app.id}: {', '.join(asked.settings)}"


def _set(settings: Settings, assignments: Sequence[str]) -> Settings:
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals:
            raise Fault(f"a setting is name=value, not {assignment!r}")
        settings = settings.set(name, text)
    return settings


def _signed(app: App, text: str, name: str) -> App:
    try:
        return app.with_approved(text, name=name, now=datetime.now(UTC))
    except BadRequest as fault:
        raise Fault(f"a signature's {fault.text}") from fault


def rotate_key(asked: argparse.Namespace) -> str:
    """draw a new key; the old one works on until retire-key"""
    app = _app(asked)
    rotated = app.rotated(master=asked.master)
    _change(asked, app, rotated)
    return rotated.master_keys[0] if asked.master else rotated.keys[0]


def retire_key(asked: argparse.Namespace) -> str:
    """let only the newest key work"""
    app = _app(asked)
    _change(asked, app, app.retired(master=asked.master))
    return f"{app.id}: one {'master' if asked.master else 'app'} key left"


def rotate_pepper(asked: argparse.Namespace) -> str:
    """put a new pepper in front; codes that are out stay good. The first one starts the service"""
    kept = asked.secrets
    older = () if kept.missing() else kept.read().peppers
    kept.write(Keyring((secrets.token_bytes(PEPPER_BYTES), *older[:2])))
    return f"{kept.name}: {1 + len(older[:2])} on the ring; in use within five minutes"


def export_records(asked: argparse.Namespace) -> str:
    """write an app's records of a day (UTC) to a file, newest first; numbers are masked"""
    app = _app(asked)
    search = Search(app.id, day=date.fromisoformat(asked.day))
    records, now, written, place = DynamoRecords(), datetime.now(UTC), 0, ""
    as_csv = asked.format == "csv"
    with Path(asked.file).open("w", encoding="utf-8", newline="") as file:
        file.write(csv_header() if as_csv else "")
        while True:
            page = records.search(search, before=place, limit=_PAGE, now=now)
            file.write((csv_lines if as_csv else json_lines)(page.records))
            written, place = written + len(page.records), page.next
            if not place:
                return f"{asked.file}: {written} records"


def settings_help(asked: argparse.Namespace) -> str:
    """list an app's settings, and a deployment's environment variables"""
    settings = [item for item in fields(Settings) if item.metadata]
    variables = [f"{item.name.upper()}: {item.metadata['help']}" for item in fields(Config)]
    return "\n".join([*(f"{item.name}: {item.metadata['help']}" for item in settings), *variables])


def _app(asked: argparse.Namespace) -> App:
    app: App | None = asked.apps.read(asked.app)
    if app is None:
        raise Fault(f"there is no app {asked.app}")
    return app


def _change(asked: argparse.Namespace, before: App, after: App) -> None:
    try:
        asked.apps.change(before, after)
    except Conflict:
        raise Fault("somebody else changed the app meanwhile: run it again") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="operate", description=__doc__)
    parser.add_argument("--stage", default="", help="dev, prod …: takes that stage's environment")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: object) -> argparse.ArgumentParser:
        said = (run.__doc__ or "").strip()
        added = commands.add_parser(name, help=said, description=said)
        added.set_defaults(run=run)
        return added

    create = command("create-app", create_app)
    create.add_argument("name")
    create.add_argument("--id", default="", help="the id its clients hold; drawn if not given")
    create.add_argument("--key", default="", help="the app key its clients hold")
    create.add_argument("--master-key", default="", help="the master key its servers hold")
    create.add_argument("--signature", default="", help="text in 【】; the name, if not given")
    create.add_argument("--set", dest="settings", action="append", default=[], metavar="name=value")
    command("list-apps", list_apps)
    command("show", show).add_argument("app", help="app id")
    sign = command("add-signature", add_signature)
    sign.add_argument("app", help="app id")
    sign.add_argument("text", help="what is shown in 【】")
    sign.add_argument("--name", default="", help="what requests call it; the text, if not given")
    change = command("set", set_settings)
    change.add_argument("app", help="app id")
    change.add_argument("settings", nargs="+", metavar="name=value")
    for name, run in (("rotate-key", rotate_key), ("retire-key", retire_key)):
        keys = command(name, run)
        keys.add_argument("app", help="app id")
        keys.add_argument("--master", action="store_true", help="the master key")
    command("rotate-pepper", rotate_pepper)
    export = command("export-records", export_records)
    export.add_argument("app", help="app id")
    export.add_argument("--day", required=True, help="2040-01-02")
    export.add_argument("--format", choices=("csv", "jsonl"), default="csv")
    export.add_argument("file", help="where to; it is written over")
    command("settings", settings_help)
    return parser


if __name__ == "__main__":
    sys.exit(main())
