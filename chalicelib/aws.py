"""This is where AWS clients come from: one botocore session for all of them."""

from functools import cache
from threading import Lock
from typing import Any

import botocore.session
import pynamodb.connection.base
from botocore.config import Config

_making = Lock()


@cache
def session() -> botocore.session.Session:
    """The one session; not for sharing between accounts or regions."""
    return botocore.session.get_session()


# pynamodb opens a session per table, at 70 ms each of a cold start.
setattr(pynamodb.connection.base, "get_session", session)  # noqa: B010  it is no public name


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
