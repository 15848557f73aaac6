"""This is where apps are kept, and remembered for half a minute."""

from dataclasses import dataclass, field, replace

from pynamodb.expressions.condition import Condition

from ..domain.apps import App
from ..domain.events import EventType
from ..domain.hooks import Hook, HookKind
from ..domain.reviews import State
from ..domain.settings import NAMES, Settings
from ..domain.signatures import Signature
from . import edge
from .hook_tables import HookMap
from .memory import Memory
from .tables import AppRow, SignatureMap


@dataclass(eq=False, repr=False)
class DynamoApps:
    """Apps as items, one each."""

    _known: Memory[App] = field(default_factory=Memory)

    def find(self, id: str) -> App | None:
        return self._known.get(id, lambda: self.read(id))

    def read(self, id: str) -> App | None:
        """The app *id* as it stands at this moment."""
        item = edge.get(AppRow, id) if id else None
        return _app(item) if item else None

    def create(self, app: App) -> None:
        """Keep a new app; raises Conflict when its id is taken."""
        self._put(app, AppRow.id.does_not_exist())

    def change(self, before: App, after: App) -> App:
        """Keep what has changed; raises Conflict when the app is not as it was *before*."""
        after = replace(after, version=before.version + 1)
        version = AppRow.version
        unversioned = version.does_not_exist() & AppRow.id.exists()
        self._put(after, version == before.version if before.version else unversioned)
        return after

    def _put(self, app: App, condition: Condition) -> None:
        try:
            edge.keep(_row(app), condition, stands=lambda item: _app(item) == app)
        finally:
            self._known.forget(app.id)

    def all(self) -> list[App]:
        """Every app of the deployment, by name."""
        return sorted(map(_app, edge.scan(AppRow)), key=lambda app: app.name)


def _row(app: App) -> AppRow:
    return AppRow(
        id=app.id,
        name=app.name,
        keys=list(app.keys),
        master_keys=list(app.master_keys),
        settings=app.settings.changed(),
        signatures=[_map(signature) for signature in app.signatures],
        hooks=[_hook_map(hook) for hook in app.hooks],
        version=app.version or None,
    )


def _app(item: edge.Item) -> App:
    row = AppRow.from_raw_data(dict(item))
    # A setting of a newer version is none of ours, and no reason to refuse every call.
    kept = {name: text for name, text in row.settings.as_dict().items() if name in NAMES}
    return App(
        row.id,
        row.name,
        tuple(row.keys),
        tuple(row.master_keys),
        Settings.read(kept),
        tuple(map(_signature, row.signatures)),
        int(row.version or 0),
        tuple(map(_hook, row.hooks)),
    )


def _hook_map(hook: Hook) -> HookMap:
    return HookMap(
        name=hook.name,
        kind=hook.kind.value,
        address=hook.address,
        events=sorted(hook.events),
        key=hook.key,
    )


def _hook(kept: HookMap) -> Hook:
    # An event of a newer version is none of ours.
    events = frozenset(EventType(name) for name in kept.events if name in list(EventType))
    return Hook(kept.name, HookKind(kept.kind), kept.address, events, kept.key)


def _map(signature: Signature) -> SignatureMap:
    return SignatureMap(
        id=signature.id,
        name=signature.name,
        text=signature.text,
        state=signature.state.value,
        created_at=signature.created_at,
        note=signature.note,
        reasons=list(signature.reasons),
    )


def _signature(kept: SignatureMap) -> Signature:
    return Signature(
        kept.id,
        kept.name,
        kept.text,
        State(kept.state),
        kept.created_at,
        kept.note,
        tuple(kept.reasons),
    )
