"""This is where templates are kept: one item each, by app and name."""

from dataclasses import dataclass, field, replace

from pynamodb.expressions.condition import Condition

from ..domain.errors import Conflict
from ..domain.messages import Kind
from ..domain.reviews import State
from ..domain.templates import Registered, Template, Version
from . import edge
from .memory import Memory
from .tables import RegisteredMap, TemplateRow, VersionMap


@dataclass(eq=False, repr=False)
class DynamoTemplates:
    """Templates as items."""

    _known: Memory[Template] = field(default_factory=Memory)

    def find(self, app: str, name: str) -> Template | None:
        return self._known.get(f"{app}#{name}", lambda: self.read(app, name))

    def read(self, app: str, name: str) -> Template | None:
        item = edge.get(TemplateRow, app, name)
        return template_of(item) if item else None

    def of(self, app: str, *, after: str, most: int) -> list[Template]:
        behind = f"{after}\0"  # the least that is greater
        found = edge.query(TemplateRow, app, first=behind, last="\U0010ffff", most=most)
        return [template_of(item) for item in found]

    def create(self, template: Template) -> Template:
        return self._put(template, TemplateRow.name.does_not_exist())

    def change(self, before: Template, after: Template) -> Template:
        after = replace(after, version=before.version + 1)
        return self._put(after, TemplateRow.version == before.version)

    def delete(self, template: Template) -> None:
        try:
            edge.delete(
                TemplateRow,
                template.app,
                template.name,
                condition=TemplateRow.version == template.version,
            )
        except edge.Refused as refused:
            if refused.item:  # else our first try stood, or another's did
                raise Conflict from None
        finally:
            self._known.forget(f"{template.app}#{template.name}")

    def _put(self, template: Template, condition: Condition) -> Template:
        try:
            edge.keep(_row(template), condition, stands=lambda item: template_of(item) == template)
        finally:
            self._known.forget(f"{template.app}#{template.name}")
        return template


def _row(template: Template) -> TemplateRow:
    return TemplateRow(
        app=template.app,
        name=template.name,
        in_use=_map(template.in_use),
        waiting=_map(template.waiting),
        version=template.version,
    )


def _map(version: Version | None) -> VersionMap | None:
    if version is None:
        return None
    return VersionMap(
        kind=version.kind.value,
        source=version.source,
        state=version.state.value,
        created_at=version.created_at,
        note=version.note,
        reasons=list(version.reasons),
        registered=[
            RegisteredMap(sender=sender, id=known.id, parameters=list(known.parameters))
            for sender, known in version.registered.items()
        ],
    )


def template_of(item: edge.Item) -> Template:
    """The template that *item* says."""
    row = TemplateRow.from_raw_data(dict(item))
    return Template(
        row.app, row.name, _version(row.in_use), _version(row.waiting), int(row.version)
    )


def _version(kept: VersionMap | None) -> Version | None:
    if kept is None:
        return None
    return Version(
        Kind(kept.kind),
        kept.source,
        State(kept.state),
        kept.created_at,
        kept.note,
        tuple(kept.reasons),
        {one.sender: Registered(one.id, tuple(one.parameters)) for one in kept.registered},
    )
