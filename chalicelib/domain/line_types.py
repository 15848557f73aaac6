"""This is where the kinds of line are: what a number is, by its carrier's word."""

from collections.abc import Set
from datetime import timedelta
from enum import StrEnum

from .messages import Channel

#: Numbers are ported and given up, but seldom within a month.
KNOWN_FOR = timedelta(days=30)


class LineType(StrEnum):
    """What AWS sorts numbers into, in our letters: the values of its PhoneNumberType."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    VOIP = "voip"
    PREPAID = "prepaid"
    OTHER = "other"
    INVALID = "invalid"  # it is nobody's

    @classmethod
    def read(cls, word: str) -> "LineType":
        """What AWS calls *word*; a kind younger than this list is none of the others."""
        return next((one for one in cls if one == word.lower()), cls.OTHER)


#: The kinds that an app may refuse.
REFUSABLE = tuple(one for one in LineType if one is not LineType.MOBILE)


def refused(kinds: Set[LineType], channel: Channel) -> Set[LineType]:
    """The kinds, of those an app refuses, that get nothing by *channel*: calls reach landlines."""
    return kinds - {LineType.LANDLINE} if channel is Channel.VOICE else kinds
