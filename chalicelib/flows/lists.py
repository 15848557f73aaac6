"""This is where users are listed, for whoever holds the master key."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ..domain import conditions
from ..domain.apps import App
from ..domain.claims import Claim, Kind, email_claim, phone_claim, session_claim
from ..domain.errors import BadRequest, InvalidPhoneNumber
from ..domain.fields import selected
from ..domain.phones import PhoneNumber
from ..domain.sessions import wellformed
from ..domain.user_errors import Forbidden
from ..domain.users import User
from .people import People

#: LeanCloud's page, and its longest.
PAGE, LONGEST_PAGE = 100, 1000
#: An order that no index has is made in memory, and not of more users than this.
SORTED = 1000
#: So many are skipped at the most: each is read.
_FURTHEST = 1_000_000

_ORDERS = {"": False, "createdAt": False, "-createdAt": True}


@dataclass(eq=False, repr=False)
class Lists:
    """Lists users, and finds those of whom one thing is known."""

    people: People

    def find(
        self,
        app: App,
        *,
        master: bool,
        where: Mapping[str, Any],
        limit: float | None,
        skip: float | None,
        order: str,
        keys: str,
        count: float | None,
    ) -> dict[str, Any]:
        """LeanCloud's `results`, and with *count* how many there are in all.

        *where* names a user by something that is theirs alone.  Raises Forbidden without the
        master key, BadRequest for what cannot be found or put in order.
        """
        if not master:
            raise Forbidden("list without the master key")
        first = _within(skip or 0, _FURTHEST)
        most = PAGE if limit is None else _within(limit, LONGEST_PAGE)
        if where:
            found = self._where(app, where)
            users, total = _sorted(found, order)[first : first + most], len(found)
        else:
            users = self._all(app, order, first, most)
            total = self.people.users.count(app.id) if count else 0
        shown = [selected(user.shown(whole=True), keys) for user in users]
        return {"results": shown, **({"count": total} if count else {})}

    def _all(self, app: App, order: str, first: int, most: int) -> list[User]:
        users = self.people.users
        if order in _ORDERS:
            told = users.of(app.id, newest_first=_ORDERS[order])
            return users.find_many(app.id, list(islice(told, first, first + most)))
        ids = list(islice(users.of(app.id, newest_first=False), SORTED + 1))
        if len(ids) > SORTED:
            said = f"order: of more than {SORTED} users only createdAt and -createdAt."
            raise BadRequest(said, field="order")
        return _sorted(users.find_many(app.id, ids), order)[first : first + most]

    def _where(self, app: App, where: Mapping[str, Any]) -> list[User]:
        find: dict[str, Callable[[App, Any], list[User]]] = {
            "objectId": self._by_ids,
            "sessionToken": self._by_session,
            "username": lambda app, said: self._by(app, Claim(Kind.USERNAME, _text(said))),
            "mobilePhoneNumber": self._by_phone,
            "email": lambda app, said: self._by(app, email_claim(_text(said))),
        }
        found = [find[name](app, said) for name, said in where.items() if name in find]
        if not found:
            raise BadRequest(f"where: users are found by one of {', '.join(find)}.", field="where")
        rest = {name: said for name, said in where.items() if name not in find}
        first, *others = found
        return [
            user
            for user in first
            if all(any(user.id == one.id for one in other) for other in others)
            and conditions.met(rest, user.shown(whole=True))
        ]

    def _by(self, app: App, claim: Claim) -> list[User]:
        user = self.people.found(app, claim)
        return [user] if user else []

    def _by_ids(self, app: App, said: Any) -> list[User]:
        ids = (
            said.get("$in") if isinstance(said, Mapping) and set(said) == {"$in"} else [_text(said)]
        )
        if not isinstance(ids, list) or len(ids) > LONGEST_PAGE:
            raise BadRequest("where: objectId is one id, or $in a list of them.", field="where")
        good = dict.fromkeys(id for id in ids if isinstance(id, str) and User.named(id))
        return self.people.users.find_many(app.id, list(good))

    def _by_session(self, app: App, said: Any) -> list[User]:
        token = _text(said)
        return self._by(app, session_claim(token)) if wellformed(token) else []

    def _by_phone(self, app: App, said: Any) -> list[User]:
        try:
            phone = PhoneNumber.parse(_text(said), app.settings.home_region)
        except InvalidPhoneNumber:
            return []
        return self._by(app, phone_claim(phone))


def _within(number: float, most: int) -> int:
    return int(max(0, min(number, most)))


def _text(said: Any) -> str:
    if not isinstance(said, str):
        raise BadRequest("where: users are found by equality with a text.", field="where")
    return said


def _sorted(users: list[User], order: str) -> list[User]:
    """By several keys, as `a,-b` says; who lacks one comes first."""
    for key in reversed([one.strip() for one in order.split(",") if one.strip()]):
        name = key.removeprefix("-")
        users = sorted(users, key=lambda user: _rank(user, name), reverse=key != name)
    return users


def _rank(user: User, name: str) -> tuple[int, Any]:
    value = user.shown(whole=True).get(name)
    if isinstance(value, int | float):
        return 1, value
    return (2, value) if isinstance(value, str) else (0, 0)
