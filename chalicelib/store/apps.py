"""This is where apps are kept, and remembered for half a minute."""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from ..domain.apps import App
from ..domain.settings import Settings
from . import edge
from .tables import AppRow

#: Seconds a sandbox may go on with what it has read: so long a changed switch takes at most.
_REMEMBERED_FOR = 30
#: Ids remembered at the most, unknown ones included: a flood of made-up ids must not fill memory.
_REMEMBERED = 1000


@dataclass(eq=False, repr=False)
class DynamoApps:
    """Apps as items, one each."""

    _known: OrderedDict[str, tuple[float, App | None]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, id: str) -> App | None:
        with self._lock:
            read_at, app = self._known.get(id, (None, None))
            if read_at is not None and time.monotonic() - read_at < _REMEMBERED_FOR:
                return app
        app = self.read(id)
        with self._lock:
            self._known[id] = (time.monotonic(), app)
            self._known.move_to_end(id)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return app

    def read(self, id: str) -> App | None:
        """The app *id* as it stands at this moment."""
        item = edge.get(AppRow, id) if id else None
        return _app(item) if item else None

    def create(self, app: App) -> None:
        """Keep a new app; raises edge.Refused when its id is taken."""
        try:
            edge.put(_row(app), AppRow.id.does_not_exist())
        except edge.Refused as refused:
            if _app(refused.item) != app:  # else our first try stood, and its reply was lost
                raise

    def change(self, before: App, after: App) -> None:
        """Keep what has changed; raises edge.Refused when the app is not as it was *before*."""
        was = _row(before)
        condition = (
            (AppRow.keys == was.keys)
            & (AppRow.master_keys == was.master_keys)
            & (AppRow.settings == was.settings)
        )
        edge.put(_row(after), condition)

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
    )


def _app(item: edge.Item) -> App:
    row = AppRow.from_raw_data(dict(item))
    # A setting of a newer version is none of ours, and no reason to refuse every call.
    known = Settings().texts()
    kept = {name: text for name, text in row.settings.as_dict().items() if name in known}
    return App(row.id, row.name, tuple(row.keys), tuple(row.master_keys), Settings.read(kept))
