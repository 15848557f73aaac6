"""This is where a template is: a named text in Handlebars, in use, under review, or both."""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import datetime

from .errors import BadRequest, NotApproved
from .messages import Kind
from .reviews import State

#: Not of dots alone: such a name means another place in a URL.
_NAME = re.compile(r"(?!\.+$)[\w.-]{1,64}")
_SENDER = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_MOST_PARAMETERS = 20
_CARRIERS_ID = re.compile(r"[!-~]{1,128}")


@dataclass(frozen=True, slots=True)
class Registered:
    """How a supplier that takes no texts knows a template: its *id* there, its *parameters*.

    The parameters are names of variables, in the order the supplier numbers them.
    """

    id: str
    parameters: tuple[str, ...] = ()

    @classmethod
    def create(cls, id: str, parameters: tuple[str, ...]) -> "Registered":
        """Raises BadRequest, which names the field."""
        if not _CARRIERS_ID.fullmatch(id):
            raise BadRequest("registered: an id is 1 to 128 ASCII characters.", field="registered")
        if len(parameters) > _MOST_PARAMETERS:
            raise BadRequest(
                f"registered: at most {_MOST_PARAMETERS} parameters.", field="registered"
            )
        return cls(id, parameters)

    @staticmethod
    def by(sender: str) -> bool:
        """Whether *sender* has the form of a sender's name."""
        return _SENDER.fullmatch(sender) is not None

    def check(self, variables: Set[str]) -> None:
        """Raises BadRequest for a parameter that is none of *variables*."""
        for name in self.parameters:
            if name not in variables:
                raise BadRequest(
                    f"registered: there is no variable {name[:40]!r}.", field="registered"
                )


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a template, as it was submitted; *registered* is kept by sender."""

    kind: Kind
    source: str
    state: State
    created_at: datetime
    note: str = ""
    reasons: tuple[str, ...] = ()
    registered: Mapping[str, Registered] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Template:
    """A template by its name.

    *in_use* is the approved version, if there is one; *waiting* a later one that is pending or
    was rejected: the first goes on in use meanwhile.  *version* counts the changes, from the
    moment it was made: who read a template that was deleted since knows no version of the next.
    """

    app: str
    name: str
    in_use: Version | None = None
    waiting: Version | None = None
    version: int = 0

    @classmethod
    def create(cls, app: str, name: str, *, now: datetime) -> "Template":
        """A template without any version; raises BadRequest for what is no name."""
        if not cls.named(name):
            raise BadRequest(
                "name: 1 to 64 letters, digits, and any of _ . - among them.", field="name"
            )
        return cls(app, name, version=round(now.timestamp() * 1000))

    @staticmethod
    def named(name: str) -> bool:
        """Whether *name* has the form of a template's name."""
        return _NAME.fullmatch(name) is not None

    @property
    def latest(self) -> Version | None:
        """The version that was submitted last."""
        return self.waiting or self.in_use

    def usable(self) -> Version:
        """The version to send; raises NotApproved."""
        if self.in_use is None:
            raise NotApproved("template", "no approved version")
        return self.in_use

    def submitted(self, version: Version) -> "Template":
        """The template with *version* in use, if it is approved, or else waiting."""
        if version.state is State.APPROVED:
            return replace(self, in_use=version, waiting=None)
        return replace(self, waiting=version)

    def approved(self) -> "Template":
        """The template with what was waiting in use; raises BadRequest when nothing waits."""
        if self.waiting is None:
            raise BadRequest("Nothing waits for approval.")
        return self.submitted(replace(self.waiting, state=State.APPROVED, reasons=()))

    def rejected(self, reasons: tuple[str, ...]) -> "Template":
        """The template with what was waiting rejected; if nothing was, what was in use."""
        if self.waiting is not None:
            return replace(
                self, waiting=replace(self.waiting, state=State.REJECTED, reasons=reasons)
            )
        if self.in_use is None:
            raise BadRequest("There is nothing to reject.")
        withdrawn = replace(self.in_use, state=State.REJECTED, reasons=reasons)
        return replace(self, in_use=None, waiting=withdrawn)
