"""The administrator's commands: `python -m chalicelib.operate --stage dev create-app "My Shop"`."""

import argparse
import sys
from collections.abc import Callable, Sequence

from botocore.exceptions import BotoCoreError, ClientError

from ..config import Config, settle_region
from ..domain.errors import Refusal
from ..domain.events import EventType
from ..domain.hook_deliveries import DeliveryState
from ..domain.hooks import HookKind
from ..wiring import stores
from .abuse import replay_abuse
from .apps import add_signature, create_app, list_apps, set_settings, settings_help, show
from .faults import Fault
from .hooks import drop, list_deliveries, list_hooks, read_delivery, remove_hook, replay, set_hook
from .keys import retire_key, rotate_key, rotate_pepper
from .records import export_records
from .users import export_users, import_users

Run = Callable[[argparse.Namespace], str]
Add = Callable[..., argparse.ArgumentParser]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    asked = _parser().parse_args(arguments)
    settle_region()
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
    except KeyboardInterrupt:
        print("operate: interrupted", file=sys.stderr)
        return 1
    status: int = asked.status
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="operate", description=__doc__)
    parser.add_argument("--stage", default="", help="dev, prod …: takes that stage's environment")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = _adding(commands)

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
    again = command("replay-abuse", replay_abuse)
    again.add_argument("--app", default="", help="app id, if there are several apps")
    again.add_argument("--rule", required=True, metavar="FILE", help="settings to try, name=value")
    again.add_argument("--since", default="30d", help="12h, 30d")
    bring = command(
        "import-users",
        import_users,
        "Exit status: 0 when all rows are users now, 2 when some were left out, 1 on a fault.",
    )
    bring.add_argument("--app", required=True, help="app id")
    bring.add_argument("--dry-run", action="store_true", help="judge all rows and write no user")
    bring.add_argument("--bad", default="", help="where rows left out go, not to FILE.bad.jsonl")
    bring.add_argument("files", nargs="+", metavar="FILE", help="JSON Lines or JSON; gzip, too")
    take = command("export-users", export_users)
    take.add_argument("--app", required=True, help="app id")
    take.add_argument("file", metavar="FILE", help="where to; it is written over")
    command("settings", settings_help)
    _add_hooks(commands)
    return parser


def _adding(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> Add:
    def add(name: str, run: Run, epilog: str = "") -> argparse.ArgumentParser:
        said = (run.__doc__ or "").strip()
        added = commands.add_parser(name, help=said, description=said, epilog=epilog)
        added.set_defaults(run=run, status=0)
        return added

    return add


def _add_hooks(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    said = "say who is told of an app's events, and deal with dead letters"
    group = commands.add_parser("hooks", help=said, description=said)
    command = _adding(group.add_subparsers(required=True, metavar="COMMAND"))
    command("list", list_hooks).add_argument("app", help="app id")
    make = command("set", set_hook)
    make.add_argument("app", help="app id")
    make.add_argument("name", help="a to z, 0 to 9 and -")
    make.add_argument("kind", choices=list(HookKind))
    make.add_argument("address", help="a function's name or ARN, a URL, or a bus's name")
    make.add_argument("--key", default="", help="the hook key of the LeanEngine app at a URL")
    make.add_argument(
        "--events",
        nargs="+",
        default=[],
        choices=list(EventType),
        help="what it is told of; phone_verified (onVerified) if nothing is said",
    )
    remove = command("remove", remove_hook)
    remove.add_argument("app", help="app id")
    remove.add_argument("name")
    shown = command("deliveries", list_deliveries)
    shown.add_argument("app", help="app id")
    shown.add_argument("--state", default=DeliveryState.DEAD, choices=list(DeliveryState))
    read = command("read", read_delivery)
    read.add_argument("app", help="app id")
    read.add_argument("id", help="a delivery's, as deliveries shows it")
    for name, run in (("replay", replay), ("drop", drop)):
        act = command(name, run)
        act.add_argument("app", help="app id")
        act.add_argument("ids", nargs="*", metavar="ID")
        act.add_argument("--all", action="store_true", help="every dead letter")
