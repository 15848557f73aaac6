"""This is where the service is started at the desk, and stopped."""

import io
import os
import signal
import sys
from contextlib import AbstractContextManager, ExitStack, suppress
from datetime import datetime

from ..domain.messages import Message, Sent
from . import dynamodb, embedded, endpoint
from .gateway import Gateway
from .messaging import EndUserMessaging
from .receipts import Event

HOST = "127.0.0.1"

_READY = """\
Countersign at the desk: http://{host}:{port}
  app id      {id}
  app key     {key}
  master key  {master}
  AWS is embedded ({tables}); nothing is sent, and all state is gone when this stops (Ctrl-C).

Send a code; it is printed here, and shown at http://{host}:{port}/local/inbox/18612345678
  curl -X POST http://{host}:{port}/1.1/requestSmsCode -H 'X-LC-Id: {id}' -H 'X-LC-Key: {key}' \
-H 'Content-Type: application/json' -d '{{"mobilePhoneNumber":"18612345678"}}'
What your own functions would be told of it is printed here, and shown at \
http://{host}:{port}/local/events
"""


def main() -> int:
    """Serve until interrupted; the exit status."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that cannot show 验证码 is no reason to fail a send.
        sys.stdout.reconfigure(errors="backslashreplace")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        return _run(os.environ.get("PORT", "8000"), os.environ.get("DYNAMODB", ""))
    except KeyboardInterrupt:
        print("\nStopped. Its state is gone.", flush=True)
        return 0


def _run(port: str, database: str) -> int:
    if not port.isascii() or not port.isdigit() or int(port) > 65535:
        return _refuse(f"PORT={port} is no port")
    if database not in ("", "moto", "local"):
        return _refuse(f"DYNAMODB={database}: there are moto (as by default) and local")
    with ExitStack() as stack:
        try:
            tables = stack.enter_context(dynamodb.running()) if database == "local" else ""
            messaging = stack.enter_context(endpoint.running(EndUserMessaging(tell=_told)))
            stack.enter_context(embedded.aws(dynamodb=tables, messaging=messaging))
            server = stack.enter_context(_serve(int(port)))
            stack.enter_context(_pumping())
        except (dynamodb.NotAvailable, ValueError) as fault:
            return _refuse(str(fault))
        except OSError as fault:
            return _refuse(f"port {port} of {HOST} cannot be had: {fault.strerror}. Try PORT=8001.")
        ready = _READY.format(
            host=HOST,
            port=server.server_port,
            id=embedded.APP_ID,
            key=embedded.APP_KEY,
            master=embedded.MASTER_KEY,
            tables="DynamoDB Local" if tables else "moto",
        )
        print(ready, flush=True)
        server.serve_forever(poll_interval=0.1)
    return 0


def _serve(port: int) -> Gateway:
    # Only now: app.py is imported as Lambda imports it, with its environment in place.
    from app import app

    from . import desk, ears

    service = embedded.furnish(os.environ.get("SETTINGS", ""))
    service.listeners.extend([desk.tray.receive, _print])
    ears.listen(service, embedded.APP_ID)
    app.register_blueprint(desk.routes)
    app.register_blueprint(ears.routes)
    return Gateway(HOST, port, app)


def _pumping() -> AbstractContextManager[None]:
    from . import pump

    return pump.running()


def _told(event: Event) -> None:
    from . import pump

    pump.receive(event)


def _print(message: Message, sent: Sent, at: datetime) -> None:
    said = "reads out" if message.channel == "voice" else "texts"
    with suppress(OSError):  # nobody may be reading any more
        # In one write: the log's lines come between two.
        sys.stdout.write(f"→ {sent.sender} {said} {message.to.e164}: {message.text}\n")
        sys.stdout.flush()


def _refuse(reason: str) -> int:
    print(f"make run: {reason}", file=sys.stderr)
    return 1
