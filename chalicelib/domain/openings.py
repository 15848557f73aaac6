"""This is where it shows, in a line that has changed, that a code came back."""

from .challenges import Challenge, Codebook, Purpose
from .lines import Line


def guessed(before: Line, after: Line) -> dict[Purpose, Challenge]:
    """The challenges tried or redeemed from *before* to *after*, as they stand now."""
    return {
        purpose: challenge
        for purpose, challenge in after.challenges.items()
        if _moved(_before(before, purpose, challenge), challenge)
    }


def opened(before: Line, after: Line, purpose: Purpose, codebook: Codebook) -> bool:
    """Whether it was by this change that the challenge for *purpose* opened."""
    challenge = after.challenges[purpose]
    earlier = _before(before, purpose, challenge)
    return codebook.opened(purpose, challenge) and not codebook.opened(purpose, earlier)


def _moved(earlier: Challenge, challenge: Challenge) -> bool:
    tried = len(challenge.tried) > len(earlier.tried)
    return tried or challenge.redeemed != earlier.redeemed


def _before(before: Line, purpose: Purpose, challenge: Challenge) -> Challenge:
    """*challenge* as it was before: nobody had tried it, if it was not there."""
    earlier = before.challenges.get(purpose)
    if earlier is None or earlier.nonce != challenge.nonce:
        return Challenge(challenge.nonce, challenge.expires_at)
    return earlier
