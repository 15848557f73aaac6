"""This is where it is said who is told of an app's events, and dead letters are dealt with."""

import argparse
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from ..domain.errors import BadRequest, NotFound
from ..domain.events import as_json
from ..domain.hook_deliveries import DeliveryState, HookDelivery
from ..domain.hooks import Hook
from ..domain.instants import iso
from ..flows.dead_letters import MOST, DeadLetters
from ..store.deliveries import DynamoDeliveries
from .faults import Fault, app_of, change


def list_hooks(asked: argparse.Namespace) -> str:
    """list an app's hooks, and what each is told of; keys are not shown"""
    hooks = app_of(asked).hooks
    lines = [
        f"{hook.name}  {hook.kind}  {hook.address}  {', '.join(sorted(hook.events))}"
        for hook in hooks
    ]
    return "\n".join(lines) or "no hooks yet"


def set_hook(asked: argparse.Namespace) -> str:
    """make a hook, or let it be another; in force within half a minute"""
    app = app_of(asked)
    try:
        hook = Hook.create(
            asked.name,
            asked.kind,
            asked.address,
            events=asked.events,
            key=asked.key,
            before=app.hook(asked.name),
        )
        change(asked, app, app.with_hook(hook))
    except BadRequest as fault:
        raise Fault(fault.text) from fault
    return f"{hook.name}: {', '.join(sorted(hook.events))}"


def remove_hook(asked: argparse.Namespace) -> str:
    """take a hook away; what is on its way to it is dropped"""
    app = app_of(asked)
    if app.hook(asked.name) is None:
        raise Fault(f"no hook {asked.name}")
    change(asked, app, app.without_hook(asked.name))
    return f"{asked.name}: taken away"


def list_deliveries(asked: argparse.Namespace) -> str:
    """list deliveries to hooks, newest first: the dead letters, if no --state is said"""
    state = DeliveryState(asked.state)
    lines = [_line(one) for one in _all(asked, state)]
    return "\n".join(lines) or f"none is {state}"


def read_delivery(asked: argparse.Namespace) -> str:
    """show a delivery, and what is told to the hook"""
    found = _found(asked, asked.id)
    return f"{_line(found)}\n{as_json(found.body).decode()}"


def replay(asked: argparse.Namespace) -> str:
    """let deliveries be made anew: those named, or with --all every dead letter"""
    return _each(asked, lambda letters, id: letters.replay(asked.app, id), "replayed")


def drop(asked: argparse.Namespace) -> str:
    """let deliveries not be made any more: those named, or with --all every dead letter"""
    return _each(asked, lambda letters, id: letters.drop(asked.app, id), "dropped")


def _each(
    asked: argparse.Namespace, act: Callable[[DeadLetters, str], HookDelivery], said: str
) -> str:
    app_of(asked)
    if bool(asked.ids) == asked.all:
        raise Fault("either the ids of deliveries, or --all")
    ids = asked.ids or [one.id for one in list(_all(asked, DeliveryState.DEAD))]
    for id in ids:
        try:
            act(_dead_letters(), id)
        except NotFound:
            raise Fault(f"no delivery {id}") from None
        except BadRequest as fault:
            raise Fault(f"{id}: {fault.text}") from fault
    return f"{len(ids)} {said}"


def _all(asked: argparse.Namespace, state: DeliveryState) -> Iterator[HookDelivery]:
    app, place = app_of(asked), ""
    while True:
        found, place = _dead_letters().of(
            app.id, state, before=place, most=MOST, now=datetime.now(UTC)
        )
        yield from found
        if not place:
            return


def _found(asked: argparse.Namespace, id: str) -> HookDelivery:
    try:
        return _dead_letters().read(app_of(asked).id, id)
    except NotFound:
        raise Fault(f"no delivery {id}") from None


def _line(one: HookDelivery) -> str:
    phone = one.phone.masked if one.phone else "-"
    tried = f"{one.tries} tries, {one.word}" if one.word else "not tried yet"
    return f"{one.id}  {iso(one.at)}  {one.state}  {one.type}  {one.hook}  {phone}  {tried}"


def _dead_letters() -> DeadLetters:
    def log(event: str, **facts: object) -> None:
        """Whoever runs a command sees what comes of it."""

    return DeadLetters(DynamoDeliveries(), log)
