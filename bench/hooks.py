"""What an event costs on its way to a hook: AWS calls, write units, and how many a second.

DynamoDB Local answers, and a LeanEngine app's place is taken by a server in this process.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from bench.calls import Recorder

EVENTS = 500


def measure(events: int = EVENTS) -> list[str]:
    """A line for what announces events, and one for what tells them; raises NotAvailable."""
    from chalicelib.local import dynamodb, embedded

    with dynamodb.running() as tables, _engine() as address, embedded.aws(dynamodb=tables):
        from chalicelib import aws

        recorder = Recorder()
        recorder.watch(aws.session())
        return list(_lines(recorder, address, events))


def _lines(recorder: Recorder, address: str, events: int) -> Iterator[str]:
    import logging

    from chalicelib.api.events import changed, hook_due
    from chalicelib.domain.claims import PhoneProof, Via
    from chalicelib.domain.hooks import Hook
    from chalicelib.domain.phones import PhoneNumber
    from chalicelib.domain.users import Change, User
    from chalicelib.flows.clock import clock
    from chalicelib.local import embedded, streams
    from chalicelib.store.hook_tables import DeliveryRow
    from chalicelib.store.user_tables import UserRow

    service = embedded.furnish("")
    logging.getLogger("countersign.decisions").setLevel(logging.CRITICAL)
    hook = Hook.create("engine", "url", address, key="hook-key", nearby=True)
    service.apps.set_hook(embedded.APP_ID, hook, seen="")
    now = clock()
    for place in range(events):
        proof = PhoneProof(f"proof{place}", Via.SIGN_UP, now)
        user = User.new(embedded.APP_ID, now=now)
        proved = user.with_phone(PhoneNumber(f"+86186{place:08}"), "", proof=proof, now=now)
        service.people.users.write([Change(None, proved)])
    for what, function, table in (
        ("announced", changed, UserRow),
        ("told", hook_due, DeliveryRow),
    ):
        batch = streams.event(streams.told(table)[:events])
        service.directory.find(embedded.APP_ID)
        recorder.taken()
        began = time.perf_counter()
        assert function(batch, None) == {"batchItemFailures": []}
        took = time.perf_counter() - began
        calls, units = recorder.taken()
        yield (
            f"{what}: {len(calls) / events:.1f} AWS calls and {units / events:.1f} write units an "
            f"event, {events / took:.0f} a second"
        )
    assert {row.state for row in DeliveryRow.scan()} == {"delivered"}, "and no lane is claimed"


@contextmanager
def _engine() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing to say."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


if __name__ == "__main__":
    print(*measure(), sep="\n")
