"""This is where it stands what an administrator can mend, and what most commands begin with."""

import argparse

from ..domain.apps import App
from ..domain.errors import Conflict


class Fault(Exception):
    """What the administrator can mend; the text is all that is shown."""


def app_of(asked: argparse.Namespace) -> App:
    """The app that is named; raises Fault."""
    app: App | None = asked.apps.read(asked.app)
    if app is None:
        raise Fault(f"there is no app {asked.app}")
    return app


def change(asked: argparse.Namespace, before: App, after: App) -> None:
    """Keep *after* in place of *before*; raises Fault."""
    try:
        asked.apps.change(before, after)
    except Conflict:
        raise Fault("somebody else changed the app meanwhile: run it again") from None
