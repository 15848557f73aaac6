"""This is where a signature is: the name in 【】 that says who a message is from."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from .codes import random_token
from .errors import BadRequest, InvalidSignature, NotApproved
from .reviews import State
from .values import seen

#: LeanCloud's limit per app; those that are not approved count.
MOST = 50

#: Why one was rejected; all signatures of an app share its one item.
MOST_REASONS = 3

#: Letters and digits of any script: no blank, no symbol, none of the brackets it stands in.
_TEXT = re.compile(r"[^\W_]{1,12}")
_LETTERS = re.compile(r"[A-Za-z]+|\d+")
_NAME = re.compile(r"[^\s【】](?:[^\n\r\t【】]{0,62}[^\s【】])?")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of an app: its internal *name*, and the *text* that is shown.

    Several may bear one name: the one made last of those approved is meant, so that a text can
    be changed without touching any client.
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
        made = cls(random_token(), name, text, state, now, note)
        made.check(plain=plain)
        return made

    def check(self, *, plain: bool) -> None:
        """Raises BadRequest, which says what carriers would not take of its text."""
        if not _TEXT.fullmatch(self.text) or not seen(self.text):
            raise BadRequest(
                "text: 1 to 12 letters or digits, no blanks, symbols or 【】.", field="text"
            )
        if not plain and _LETTERS.fullmatch(unicodedata.normalize("NFKC", self.text)):
            raise BadRequest(
                "text: letters alone or digits alone are refused in mainland China "
                "(the setting plain_signatures admits them).",
                field="text",
            )

    def submitted(self, text: str, note: str | None, *, state: State, plain: bool) -> "Signature":
        """The signature with another *text* or *note*, up for review again.

        Raises BadRequest for one that is approved: messages bear it; a new one of its name
        takes its place once that is approved.
        """
        if self.state is State.APPROVED:
            raise BadRequest("It is approved, and in use: make another one of the same name.")
        note = self.note if note is None else note
        again = replace(self, text=text or self.text, note=note, state=state, reasons=())
        again.check(plain=plain)
        return again

    @property
    def shown(self) -> str:
        """As it stands in front of a message."""
        return f"【{self.text}】"

    def approved(self, *, plain: bool) -> "Signature":
        """The signature approved; raises BadRequest for what the rules do not take any more."""
        self.check(plain=plain)
        return replace(self, state=State.APPROVED, reasons=())

    def rejected(self, reasons: tuple[str, ...]) -> "Signature":
        return replace(self, state=State.REJECTED, reasons=reasons)


def choose(signatures: Sequence[Signature], name: str, *, default: str) -> Signature:
    """The signature to send with: of *name*, else of the name *default*, else of the first's.

    *signatures* stand oldest first; of several with one name the last approved is meant.
    Raises InvalidSignature for a name that none has, and NotApproved when none that could be
    meant is approved.
    """
    if name and all(one.name != name for one in signatures):
        raise InvalidSignature("unknown signature")
    approved = [one for one in signatures if one.state is State.APPROVED]
    wanted = name or default or (approved[0].name if approved else "")
    meant = [one for one in approved if one.name == wanted]
    if not meant:
        raise NotApproved("sign", "no approved signature")
    return meant[-1]
