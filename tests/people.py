"""What tests of users share: somebody who has signed up, and a door of theirs."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.conftest import Desk
from tests.wire import KEY, MASTER, PHONE, Answer, Door

NAME, PASSWORD = "tom", "f32@ds*@&dsa"


@dataclass(frozen=True)
class Person:
    """Somebody with an account, as the app on their phone knows them."""

    desk: Desk = field(repr=False)
    id: str
    token: str = field(repr=False)

    @property
    def door(self) -> Door:
        """The API, asked with their session."""
        return within(self.token)

    def put(self, path: str = "", query: str = "", **fields: Any) -> Answer:
        """A PUT to their own path."""
        said = json.dumps(fields).encode()
        return self.door.send("PUT", f"/1.1/users/{self.id}{path}{query}", said)

    def seen(self) -> dict[str, Any]:
        """How they see themselves."""
        return self.door.get(f"users/{self.id}").json


def within(token: str) -> Door:
    """The API, asked with a session token."""
    return Door({**KEY, "X-LC-Session": token})


def signed_up(desk: Desk, username: str = NAME, password: str = PASSWORD, **fields: Any) -> Person:
    """Somebody new."""
    answer = desk.door.post("users", username=username, password=password, **fields)
    assert answer.status == 201, answer.json
    return Person(desk, answer.json["objectId"], answer.json["sessionToken"])


def verified(desk: Desk, phone: str = PHONE, username: str = NAME, **fields: Any) -> Person:
    """Somebody new whose number is verified, by the word of the master key."""
    person = signed_up(desk, username, mobilePhoneNumber=phone, **fields)
    said = b'{"mobilePhoneVerified":true}'
    assert Door(MASTER).send("PUT", f"/1.1/users/{person.id}", said).code == 0
    return person


def meanwhile(desk: Desk, act: Callable[[], object]) -> None:
    """Let *act* come between the next call's look at a user and what it writes of them."""
    users = desk.service.people.users
    write = users.write

    def late(*said: Any, **more: Any) -> None:
        users.write = write
        act()
        write(*said, **more)

    users.write = late


def logged_in(desk: Desk, **said: Any) -> int:
    """0, or the number of the refusal."""
    return desk.door.post("login", **said).code
