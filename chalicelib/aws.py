"""This is where AWS clients come from: one botocore session for all of them."""

import re
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import botocore.session
import pynamodb.connection.base
from botocore.config import Config

_making = Lock()

#: The certificates of Amazon's own authorities, which a package brings.  A bundle is read for each
#: connection, and the hundred and more of botocore's take 20 ms.
ROOTS = Path(__file__).parents[1] / "amazon.pem"
#: The regions where those vouch for AWS; in China and in sovereign clouds others do.
_THEIR_OWN = re.compile(r"(af|ap|ca|eu|il|me|mx|sa|us|us-gov)-[a-z]+-\d+")


@cache
def session() -> botocore.session.Session:
    """The one session; not for sharing between accounts or regions."""
    made = botocore.session.get_session()
    region = made.get_config_variable("region") or ""
    chosen = made.get_config_variable("ca_bundle")
    if ROOTS.exists() and not chosen and _THEIR_OWN.fullmatch(region):
        made.set_config_variable("ca_bundle", str(ROOTS))
    return made


class _TablesSession:
    """What pynamodb takes for a session: it gives all tables one client.

    Left alone, each table has a session, at 70 ms of a cold start, and a client with connections
    of its own, each of which begins with a TLS handshake.
    """

    def __init__(self) -> None:
        self._client: Any = None

    def create_client(self, service: str, region: str | None, **asked: Any) -> Any:
        with _making:
            # Without credentials, which were not to be had at that moment, it would stay useless.
            if self._client is None or not self._client._request_signer._credentials:
                self._client = session().create_client(service, region, **asked)
            return self._client

    def forget(self) -> None:
        """Make a new one for the next table: DynamoDB is somewhere else."""
        self._client = None


tables = _TablesSession()
# Its own is no public name.
setattr(pynamodb.connection.base, "get_session", lambda: tables)  # noqa: B010


def client(service: str, *, connect: float, read: float) -> Any:
    """A client of *service* that waits *connect* and *read* seconds and tries once.

    Trying again is the caller's decision: a carrier has no idempotency token, and a second
    publish after a lost reply is a second text.
    """
    with _making:  # making a client is the one thing botocore does not do side by side
        return session().create_client(
            service,
            config=Config(
                connect_timeout=connect,
                read_timeout=read,
                retries={"total_max_attempts": 1},
            ),
        )
