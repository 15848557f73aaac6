"""This is where it stands which names a user's fields have, and who may write and see them.

They are LeanCloud's: the same on the wire, in an export and in a `where`.
"""

from collections.abc import Mapping
from typing import Any

from .updates import Document
from .user_errors import InvalidKey

#: What a client cannot write; whoever holds the master key may say that something is verified.
READ_ONLY = frozenset({"objectId", "createdAt", "updatedAt", "sessionToken"})
VERIFIED = frozenset({"mobilePhoneVerified", "emailVerified"})
#: Never a field: what SDKs say besides, what a password is kept as, and what is no field yet.
NEVER = frozenset(
    {
        "smsCode",
        "validate_token",
        "className",
        "salt",
        "bcryptPassword",
        "argon2Password",
        "__internalId",
        "__children",
        "__type",
        "__before",
        "__after",
        "__ignore_hooks",
    }
)
#: What a user is found by, and what only they see of that.
PROTECTED = frozenset({"mobilePhoneNumber", "email", "authData"})
#: To half of the SDKs an answer with this key is a refusal.
UNSAID = "error"
#: All names that are not a user's own fields.
NAMED = READ_ONLY | VERIFIED | NEVER | PROTECTED | {"username", "password"}

_ALWAYS = frozenset({"objectId", "createdAt", "updatedAt"})


def writable(given: Mapping[str, Any], *, master: bool) -> Document:
    """What of *given* is to be written to a user: all that is not read-only, or no field at all.

    Raises InvalidKey for what no answer could say.
    """
    if any(name.partition(".")[0] == UNSAID for name in given):
        raise InvalidKey(UNSAID)
    barred = READ_ONLY | NEVER | (frozenset() if master else VERIFIED)
    return {name: said for name, said in given.items() if name.partition(".")[0] not in barred}


def selected(shown: Document, keys: str) -> Document:
    """What of a user is *shown* under *keys*, such as ``a,b``; all of it if there are none."""
    wanted = {key.strip() for key in keys.split(",") if key.strip()}
    if not wanted:
        return shown
    return {name: value for name, value in shown.items() if name in wanted | _ALWAYS}
