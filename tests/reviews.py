"""What an administrator reviews, at a desk: templates, and signatures."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from tests.console import asked
from tests.server import Server

NOTICE = "您的订单{{order_id}}正在派送。"

_numbers = count()


@dataclass(frozen=True)
class Reviewed:
    """Either of the two, each as its section of the page has it, and the API."""

    section: str
    #: How many reasons there may be why one is rejected.
    most: int
    #: What stands on the page once one is read.
    shown: str
    #: What a new one is made of, where nobody says anything else.
    fine: Mapping[str, str]
    #: What somebody else might submit, and how it is then told.
    theirs: Mapping[str, str]
    told: str
    #: Where that is, on the page and in a question.
    places: tuple[str, str]
    #: Whether each counts its own changes; the others share the count of their app.
    apart: bool

    def __str__(self) -> str:
        return self.section

    def path(self, id: str) -> str:
        return f"{self.section}/{id}"

    def read(self, server: Server, id: str) -> Any:
        """As the API has it."""
        answer = asked(server, "GET", self.path(id))
        return answer if self.apart else answer["signature"]

    def latest(self, server: Server, id: str) -> Any:
        """What was submitted last, with what became of it."""
        found = self.read(server, id)
        return (found["waiting"] or found["inUse"]) if self.apart else found

    def in_use(self, server: Server, id: str) -> str:
        """The text that messages bear; empty for none."""
        found = self.read(server, id)
        if self.apart:
            return str((found["inUse"] or {"source": ""})["source"])
        return str(found["text"]) if found["state"] == "approved" else ""

    def version(self, server: Server, id: str) -> str:
        of = self.path(id) if self.apart else self.section
        return str(asked(server, "GET", of)["version"])

    def changed(self, server: Server, id: str, verb: str, **fields: Any) -> None:
        """Change one as somebody else would."""
        version = self.version(server, id)
        asked(server, "POST", f"{self.path(id)}/{verb}", version=version, **fields)

    def made(self, server: Server, **fields: Any) -> str:
        """One that waits, as *fine* but for *fields*; its id, which for a template is its name."""
        number = next(_numbers)
        given = {"name": f"made_{number}", **self.fine, **fields}
        answer = asked(server, "POST", self.section, **given)
        return str(answer["name"] if self.apart else answer["signature"]["id"])


TEMPLATES = Reviewed(
    "templates",
    most=10,
    shown=".version",
    fine={"kind": "notice", "source": NOTICE},
    theirs={"source": "{{order_id}}: theirs"},
    told="{{order_id}}: theirs",
    places=(".version", "dialog .bubble"),
    apart=True,
)
SIGNATURES = Reviewed(
    "signatures",
    most=3,
    shown="dl.facts",
    fine={"text": "天天商城"},
    theirs={"text": "别家商城"},
    told="【别家商城】",
    places=("main > h2", "dialog h2"),
    apart=False,
)


def two(server: Server) -> str:
    """A template of which one version is in use, and another waits."""
    name = TEMPLATES.made(server)
    TEMPLATES.changed(server, name, "approve")
    source = "您的包裹{{order_id}}正在派送。"
    TEMPLATES.changed(server, name, "submit", source=source, note="parcels")
    return name
