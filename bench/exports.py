"""An export of LeanCloud's `_User` of any size, with one row in a hundred of each kind of fault."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

#: LeanCloud's own example of a salt, a password and its digest.
SALT = "h60d8x797d3oa0naxybxxv9bn7xpt2yiowz68mpiwou7gwr2"
PASSWORD = "password"
DIGEST = "tA7BLW+NK0UeARng0693gCaVnljkglCB9snqlpCSUKjx2RgYp8VZZOQt0S5iUtlDrkJXfT3gknS4rRqjYsd/Ug=="
#: The same password by bcrypt, with four rounds.
BCRYPT = "$2b$04$0vvRyc1OaJIgqiOqOpkyneohJ0K.kXIthU0YJflDPP8Kre1fsr8ZG"
HEAD = '#filetype:JSON-streaming {"type":"Class","class":"_User"}\n'

Row = dict[str, Any]


def row(place: int) -> Row:
    """A good row, unlike every other: one in ten has bcrypt's hash, and one has no password."""
    said: Row = {
        "objectId": f"{place:024x}",
        "createdAt": "2019-09-19T06:06:04.022Z",
        "updatedAt": {"__type": "Date", "iso": "2024-02-29T23:59:59.999Z"},
        "username": f"天天{place}",
        "mobilePhoneNumber": f"186{place:08}",
        "mobilePhoneVerified": place % 10 != 0,
        "email": f"user{place}@example.com",
        "emailVerified": False,
        "sessionToken": f"{place:025}",
        "ACL": {"*": {"read": True}},
        "nickname": f"用户 {place}",
        "score": place / 4,
        "big": 2**70,
        "home": {"__type": "GeoPoint", "latitude": 39.9, "longitude": 116.4},
        "authData": None,
    }
    if place % 5 == 0:
        said["authData"] = {"weixin": {"openid": f"o{place}", "access_token": "x"}, "qq": None}
    if place % 10 == 7:
        return {**said, "bcryptPassword": BCRYPT}
    if place % 10 == 8:
        return said
    return {**said, "password": DIGEST, "salt": SALT}


def _with(**fields: Any) -> Callable[[int], str]:
    return lambda place: json.dumps({**row(place), **fields}, ensure_ascii=False)


def _of(other: int, *names: str, **fields: Any) -> Callable[[int], str]:
    """A row with what another of the same hundred has."""

    def made(place: int) -> str:
        there = row(place // 100 * 100 + other)
        taken = {name: there[name] for name in names}
        return json.dumps({**row(place), **taken, **fields}, ensure_ascii=False)

    return made


#: What others have, by the words of the report; each stands once in a hundred rows.
CONFLICTS: dict[str, Callable[[int], str]] = {
    "username": _of(1, "username"),
    "mobilePhoneNumber": _of(1, "mobilePhoneNumber", mobilePhoneVerified=True),
    "mobilePhoneNumber, unverified": _of(1, "mobilePhoneNumber", mobilePhoneVerified=False),
    "email": _of(1, "email"),
    "authData": _of(5, "authData"),
    "sessionToken": _of(1, "sessionToken"),
}
BADS: dict[str, Callable[[int], str]] = {
    "not JSON": lambda place: json.dumps(row(place))[:-20],
    "not an object": lambda place: json.dumps([row(place)]),
    "objectId: missing": _with(objectId=None),
    "objectId: not 1 to 64 letters, digits, - or _": _with(objectId="a b"),
    "createdAt: not a date": _with(createdAt="yesterday"),
    "username: blank, unprintable, or longer than 256 characters": _with(username="a\0b"),
    "mobilePhoneNumber: not a phone number": _with(mobilePhoneNumber="12"),
    "email: not an e-mail address": _with(email="nobody"),
    "authData: no object of platforms, each with its id": _with(authData={"weixin": {}}),
    "password and salt: no pair of LeanCloud's": lambda place: json.dumps(
        {**row(place), "password": "x", "salt": SALT, "bcryptPassword": None}
    ),
    "text that is not Unicode": lambda place: json.dumps({**row(place), "nickname": "\ud83d"}),
    "larger than 350 kB": _with(story="x" * 350_001),
}
#: Somebody who stands in the file twice.
TWICE = _of(1, "objectId")
FAULTS = [*CONFLICTS.values(), *BADS.values(), TWICE]
GOOD = 100 - len(FAULTS)


def lines(rows: int) -> Iterator[str]:
    """The lines of an export of *rows*, of which each hundred has one of each fault."""
    yield HEAD
    for place in range(rows):
        fault = place % 100 - GOOD
        said = json.dumps(row(place), ensure_ascii=False) if fault < 0 else FAULTS[fault](place)
        yield f"{said}\n"


def write(path: Path, rows: int) -> Path:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(lines(rows))
    return path
