"""This is where a right guess is redeemed: one write of a transaction, beside its effect."""

from dataclasses import replace

from pynamodb.expressions.operand import Path

from ..domain.challenges import Proof
from ..domain.errors import InvalidCode
from . import edge
from .items import line_of, writer_of
from .lines import line_key
from .tables import LineRow
from .transactions import Write, updating


def redeeming(proof: Proof) -> Write:
    """The write that redeems *proof*, if the line is as it was when the guess was judged."""
    challenge = Path([proof.purpose.value])
    actions = [challenge["redeemed"].set(proof.id), LineRow.writer.set(f"{proof.id}!")]
    condition = (
        (LineRow.writer == proof.seen)
        & (challenge["nonce"] == proof.challenge.nonce)
        & challenge["redeemed"].does_not_exist()
    )
    return updating(LineRow, line_key(proof.codebook), actions, condition)


def judged_again(proof: Proof) -> Proof:
    """*proof* of the line as it stands now; raises InvalidCode if the code opened meanwhile."""
    item = edge.get(LineRow, line_key(proof.codebook)) or {}
    challenge = line_of(item).challenges.get(proof.purpose)
    if challenge is None or challenge.nonce != proof.challenge.nonce:
        raise InvalidCode("replaced")
    if proof.codebook.opened(proof.purpose, challenge):
        raise InvalidCode("spent")
    return replace(proof, seen=writer_of(item))
