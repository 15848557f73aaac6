"""Hooks of the team's own, by their kinds: whom a service calls back."""

from collections.abc import Mapping

from ..domain.hooks import HookKind
from ..flows.hook_ports import Caller
from .bus import Bus
from .engine import Engine
from .function import Function


def callers(*, nearby: bool = False) -> Mapping[HookKind, Caller]:
    """Who calls which kind of hook; *nearby* lets a URL be this machine's, as at the desk."""
    return {
        HookKind.FUNCTION: Function(),
        HookKind.URL: Engine(nearby=nearby),
        HookKind.BUS: Bus(),
    }
