"""This is where the peppers are read: a SecureString in Parameter Store, newest first."""

import secrets
import threading
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from .. import aws
from ..domain.codes import Keyring
from ..domain.errors import OutOfService

#: Seconds after which the parameter is looked at again: so long a rotation takes to arrive.
_FRESH_FOR = 300
#: Seconds between two looks, for a pepper that another sandbox has seen already or while
#: Parameter Store does not answer: each may cost a time-out.
_HURRIED = 5
#: Seconds a sandbox may go on with what it has read while Parameter Store does not answer.
_GOOD_FOR = 3600
#: Bytes of a pepper: as long as the SHA-256 digests made with it.
PEPPER_BYTES = 32


@dataclass(eq=False, repr=False)
class ParameterSecrets:
    """The keyring as a parameter: hexadecimal peppers, comma between, newest first."""

    name: str
    _ring: Keyring | None = None
    _read_at: float = 0.0
    _looked_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keyring(self, *, knowing: str = "") -> Keyring:
        with self._lock:
            now = time.monotonic()
            age = now - self._read_at
            new = bool(knowing) and self._ring is not None and not self._ring.knows(knowing)
            due = age > (_HURRIED if new else _FRESH_FOR) and now - self._looked_at > _HURRIED
            if self._ring is None or due or age > _GOOD_FOR:
                self._looked_at = now
                try:
                    self._ring, self._read_at = self.read(), now
                except OutOfService:
                    if self._ring is None or age > _GOOD_FOR:
                        raise
            return self._ring

    def read(self) -> Keyring:
        """The ring as the parameter says it now; raises OutOfService."""
        try:
            answer = self._ssm.get_parameter(Name=self.name, WithDecryption=True)
            peppers = [bytes.fromhex(one) for one in answer["Parameter"]["Value"].split(",")]
        except (BotoCoreError, ClientError, ValueError) as fault:
            raise OutOfService(f"peppers: {type(fault).__name__}") from fault
        if not all(len(pepper) >= PEPPER_BYTES for pepper in peppers):
            raise OutOfService("peppers: too short")
        return Keyring(tuple(peppers))

    def write(self, ring: Keyring) -> None:
        """Keep *ring* in the parameter."""
        value = ",".join(pepper.hex() for pepper in ring.peppers)
        self._ssm.put_parameter(Name=self.name, Value=value, Type="SecureString", Overwrite=True)

    def begin(self) -> bool:
        """Keep a first pepper, unless there is one; whether there was none."""
        value = secrets.token_bytes(PEPPER_BYTES).hex()
        try:
            self._ssm.put_parameter(Name=self.name, Value=value, Type="SecureString")
        except self._ssm.exceptions.ParameterAlreadyExists:
            return False
        return True

    def missing(self) -> bool:
        """Whether there is no such parameter yet; any other fault is raised as it is."""
        try:
            self._ssm.get_parameter(Name=self.name)
        except self._ssm.exceptions.ParameterNotFound:
            return True
        return False

    @cached_property
    def _ssm(self) -> Any:
        return aws.client("ssm", connect=1, read=2)
