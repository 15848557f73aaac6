"""Bring a stage into your AWS account, or up to date there: `make deploy STAGE=dev`."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from chalicelib import operate
from chalicelib.config import Config
from chalicelib.wiring import stores

from . import kept, package, protect
from .account import Account, Failed
from .command import answer, consent, run
from .smoke import PREFIX as SMOKE
from .smoke import smoke
from .stack import Plan, Stack
from .uploads import Uploads


def deploy(asked: argparse.Namespace) -> None:
    """Package, upload, change the stack, wait, and try it from outside; raises Failed."""
    begun = time.monotonic()
    config, asked_for = package.configuration(asked.stage), parameters(asked.parameter)
    account = Account.current()
    stack = Stack(account, config.table_prefix)
    _say(f"{stack.name} in {account}")
    out = Path("build", config.stage)
    package.build(config.stage, out, asked.architecture)
    _say(package.said(out))
    uploads = Uploads(account, stack.name)
    uploads.prepare()
    adopt = bool(kept.strays(stack.name))
    plan = stack.plan(uploads.package(out), asked_for, adopt=adopt)
    if plan and plan.lost and not asked.force:
        stack.discard(plan)
        raise Failed(f"{', '.join(plan.lost)} would lose all items; FORCE=1 lets them go")
    if plan:
        _say(f"{plan}")
        if config.stage not in package.DISPOSABLE and not asked.yes:
            agreed(stack, plan)
    _, peppers = stores(config)
    if peppers.missing() and peppers.begin():
        _say(f"{peppers.name}: a first pepper, drawn here")
    if plan:
        stack.apply(plan)
    else:
        _say("nothing to change")
    url = address(stack)
    _say(f"{smoke(config, url)} answers from outside are right")
    _say(f"done in {time.monotonic() - begun:.0f} s")
    print(f"\n{url}")
    if custom := stack.outputs.get("CustomURL"):
        print(f"{custom}, once DNS points it to {stack.outputs['DomainTarget']}")
    offer(config, asked.app, asked.signature)
    if asked.protect:
        protect.follow(config, yes=asked.yes)


def agreed(stack: Stack, plan: Plan) -> None:
    """Go on if somebody agrees to *plan*, and leave nothing of it if not; raises Failed."""
    try:
        consent(f"change {stack.name} in {stack.account}?")
    except (Failed, KeyboardInterrupt):
        stack.discard(plan)
        raise


def parameters(assignments: Sequence[str]) -> dict[str, str]:
    """The template's parameters, as `Name=Value` says each; raises Failed."""
    said = {}
    for assignment in " ".join(assignments).split():
        name, equals, value = assignment.partition("=")
        if not (name and equals):
            raise Failed(f"a parameter is Name=Value, not {assignment!r}")
        said[name] = value
    return said


def address(stack: Stack) -> str:
    """Where the API of *stack* is called; at an emulator's own address where that is AWS."""
    outputs, account = stack.outputs, stack.account
    if account.endpoint:
        return f"{account.endpoint}/restapis/{outputs['RestAPIId']}/api/_user_request_"
    return outputs["EndpointURL"].rstrip("/")


def offer(config: Config, name: str, signature: str) -> None:
    """Make the first app, if there is none and somebody has a name for it."""
    apps, _ = stores(config)
    if any(not app.id.startswith(SMOKE) for app in apps.all()):
        return
    if not name and sys.stdin.isatty():
        name = answer("\nThere is no app yet. Name of the first one (none: Enter): ")
        signature = name and answer("What its messages begin with, in 【】 (its name: Enter): ")
    command = ["--stage", config.stage, "create-app"]
    print()
    if name:
        if operate.main([*command, f"--signature={signature}", "--", name]):
            raise Failed(f"{config.stage} is deployed, but has no app yet")
    else:
        print(f'no app yet: .venv/bin/python -m chalicelib.operate {" ".join(command)} "My Shop"')


def _say(line: str) -> None:
    print(line, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Deploy what the command line asks for; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.deploy", description=__doc__)
    parser.add_argument("--stage", default="dev", help="a stage of .chalice/config.json")
    parser.add_argument("--app", default="", help="name of the first app, if there is none yet")
    parser.add_argument("--signature", default="", help="what its messages begin with")
    parser.add_argument(
        "--parameter",
        action="append",
        default=[],
        metavar="Name=Value",
        help="of the template; one that is not said stays what it was",
    )
    parser.add_argument("--architecture", default="", choices=("", *package.ARCHITECTURES))
    parser.add_argument(
        "--no-protect", dest="protect", action="store_false", help="leave protect configurations"
    )
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    parser.add_argument("--force", action="store_true", help="though a table loses its items")
    return run(deploy, parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
