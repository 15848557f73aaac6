"""This is where it is read who somebody is elsewhere: `authData`, by platform.

It is data: nobody asks the platform.  What a user is found by is the id the platform knows them
by; tokens beside it are kept for the app.
"""

import re
from collections.abc import Mapping
from typing import Any

from .user_errors import InvalidKey, MissingLink, TooLarge, WrongType

_PLATFORM = re.compile(r"[A-Za-z0-9_]{1,64}")

#: Where a platform's id stands: `uid` with most, `openid` with Tencent's, `id` of the anonymous.
_IDS = ("uid", "openid", "id")

_LONGEST = 256
#: A user is written in one transaction with all that is theirs, of a hundred items at the most.
_MOST = 20


def links(auth: Mapping[str, Any]) -> dict[str, str]:
    """Platforms and ids that *auth* names.

    A union id, which several apps of one platform share, counts as a platform of its own, as
    LeanCloud's SDKs name it.  Raises MissingLink, InvalidKey or WrongType.
    """
    if len(auth) > _MOST:
        raise TooLarge
    found = {}
    for platform, said in auth.items():
        if not _PLATFORM.fullmatch(platform):
            raise InvalidKey(f"authData {platform[:40]}")
        if not isinstance(said, Mapping):
            raise WrongType("authData")
        found[platform] = _id(said, _IDS)
        if said.get("unionid") and isinstance(said.get("platform"), str):
            union = f"_{said['platform']}_unionid"
            if not _PLATFORM.fullmatch(union):
                raise InvalidKey("authData platform")
            found.setdefault(union, _id(said, ("unionid",)))
    return found


def merged(kept: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """*kept* with what is *said* in its place, platform by platform; null lets one go."""
    both = {**kept, **said}
    return {platform: data for platform, data in both.items() if data is not None}


def _id(said: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        value = said.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and 0 < len(value) <= _LONGEST:
            return value
    raise MissingLink("no id")
