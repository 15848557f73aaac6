"""A desk of this process at an address, for what a browser is to see of what was put there."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from app import app
from chalicelib.local.gateway import Gateway


@contextmanager
def served() -> Iterator[str]:
    """The address at which the desk that is open is served."""
    gateway = Gateway("127.0.0.1", 0, app)
    thread = threading.Thread(target=gateway.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{gateway.server_port}"
    finally:
        gateway.shutdown()
        gateway.server_close()
        thread.join(5)
