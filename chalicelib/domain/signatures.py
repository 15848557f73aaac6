"""This is where a signature is: the name in 【】 that says who a message is from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from .codes import random_token
from .errors import BadRequest, InvalidSignature, NotApproved
from .reviews import State

#: LeanCloud's limit per app; those that are not approved count.
MOST = 50

#: Letters and digits of any script: no blank, no symbol, none of the brackets it stands in.
_TEXT = re.compile(r"[^\W_]{1,12}")
_LETTERS = re.compile(r"[A-Za-z]+|\d+")
_NAME = re.compile(r"[^\s【】](?:[^\n\r\t【】]{0,62}[^\s【】])?")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of an app: its internal *name*, and the *text* that is shown.

    Several may bear one name: the newest approved is meant, so that a text can be changed
    without touching any client.
    """

    id: str
    name: str
    text: str
    state: State
    created_at: datetime
    note: str = ""
    reasons: tuple[str, ...] = ()

    @classmethod
    def create(
        cls, name: str, text: str, *, state: State, now: datetime, plain: bool, note: str = ""
    ) -> "Signature":
        """A new signature; raises BadRequest, which names the field.

        Mainland China's carriers take none of Latin letters alone or of digits alone; *plain*
        admits them, for an app that sends only abroad.
        """
        if not _NAME.fullmatch(name) or not name.isprintable():
            raise BadRequest("name: 1 to 64 printable characters without 【】.", field="name")
        if not _TEXT.fullmatch(text):
            raise BadRequest(
                "text: 1 to 12 letters or digits, no blanks, symbols or 【】.", field="text"
            )
        if not plain and _LETTERS.fullmatch(text):
            raise BadRequest(
                "text: letters alone or digits alone are refused in mainland China "
                "(the setting plain_signatures admits them).",
                field="text",
            )
        return cls(random_token(), name, text, state, now, note)

    @property
    def shown(self) -> str:
        """As it stands in front of a message."""
        return f"【{self.text}】"

    def approved(self) -> "Signature":
        return replace(self, state=State.APPROVED, reasons=())

    def rejected(self, reasons: tuple[str, ...]) -> "Signature":
        return replace(self, state=State.REJECTED, reasons=reasons)


def choose(signatures: Sequence[Signature], name: str, *, default: str) -> Signature:
    """The signature to send with: by *name*, else by the name *default*, else the first.

    *signatures* stand oldest first.  Raises InvalidSignature for a name nobody gave one, and
    NotApproved when none that could be meant is approved.
    """
    wanted = name or default
    meant = [one for one in signatures if not wanted or one.name == wanted]
    if name and not meant:
        raise InvalidSignature("unknown signature")
    approved = [one for one in meant if one.state is State.APPROVED]
    if not approved:
        raise NotApproved("sign", "no approved signature")
    return approved[-1] if wanted else approved[0]
