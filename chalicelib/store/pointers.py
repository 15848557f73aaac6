"""This is where it is kept which phone an open code is of: `app#purpose#seal`."""

from datetime import datetime, timedelta

from ..domain.challenges import Codebook, Purpose
from ..domain.codes import Keyring
from ..domain.phones import PhoneNumber
from . import edge
from .user_tables import PointerRow

_KEPT_FOR = timedelta(hours=1)


class DynamoPointers:
    """Pointers as items."""

    def set(
        self, codebook: Codebook, purpose: Purpose, code: str, *, until: datetime, now: datetime
    ) -> bool:
        keys = _keys(codebook.keyring, codebook.app, purpose, code)
        actions = [
            PointerRow.phone.set(codebook.phone.e164),
            PointerRow.expires_at.set(until),
            PointerRow.purge_at.set(until + _KEPT_FOR),
        ]
        free = (
            PointerRow.key.does_not_exist()
            | (PointerRow.phone == codebook.phone.e164)
            | (PointerRow.expires_at <= now)
        )
        try:
            edge.update(PointerRow, keys[0], actions, free)
        except edge.Refused:
            return False
        return True

    def find(
        self, keyring: Keyring, app: str, purpose: Purpose, code: str, *, now: datetime
    ) -> PhoneNumber | None:
        keys = _keys(keyring, app, purpose, code)
        found = edge.get_many(PointerRow, keys)
        for key in keys:
            if key in found:
                row = PointerRow.from_raw_data(dict(found[key]))
                if row.expires_at > now:
                    return PhoneNumber(row.phone)
        return None


def _keys(keyring: Keyring, app: str, purpose: Purpose, code: str) -> list[str]:
    """Under every pepper of the ring, newest first."""
    seals = keyring.seals(code, f"pointer\0{app}\0{purpose}")
    return [f"{app}#{purpose}#{seal}" for seal in seals]
