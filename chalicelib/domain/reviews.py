"""This is where it stands what a review can come to: of a signature, of a template."""

from enum import StrEnum


class State(StrEnum):
    """Where something that is reviewed stands; only what is approved is ever sent."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


class Review(StrEnum):
    """Who decides: the rules alone, or the administrator after them."""

    AUTO = "auto"
    MANUAL = "manual"

    def verdict(self, faults: tuple[str, ...]) -> State:
        """What the rules make of something with these *faults*, at once."""
        if faults:
            return State.REJECTED
        return State.APPROVED if self is Review.AUTO else State.PENDING
