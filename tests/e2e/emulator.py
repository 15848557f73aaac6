"""Run ministack as the AWS that a deployment meets: `.venv-e2e/bin/python emulator.py`.

What AWS does and ministack does not is added here, in memory, before it starts.  Nothing is made
easier for what is deployed to it.
"""

import json
import os
import tempfile
import threading
import time
import zipfile
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import apigateway_v1 as gateway
from ministack.services import eventbridge, lambda_svc
from ministack.services.cloudformation import provisioners

Told = dict[str, Any]


def import_operation(api: str, resource: str, method: str, operation: Told, *rest: Any) -> None:
    """Import a method with what ministack leaves out of it: all of a preflight's answer."""
    _import_operation(api, resource, method, operation, *rest)
    said = operation.get("x-amazon-apigateway-integration", {})
    where = gateway._resources[api][resource]["resourceMethods"][method]["methodIntegration"]
    where["requestTemplates"] = said.get("requestTemplates", {})
    for pattern, answer in said.get("responses", {}).items():
        gateway._put_integration_response(
            api,
            resource,
            method,
            str(answer["statusCode"]),
            {
                "selectionPattern": "" if pattern == "default" else pattern,
                "responseParameters": answer.get("responseParameters", {}),
                "responseTemplates": answer.get("responseTemplates", {}),
            },
        )


def import_api(spec: Told, *rest: Any) -> str:
    """Import an API with the extensions that ministack leaves out."""
    api: str = _import_api(spec, *rest)
    binary = spec.get("x-amazon-apigateway-binary-media-types", [])
    gateway._rest_apis[api]["binaryMediaTypes"] = binary
    for kind, answer in spec.get("x-amazon-apigateway-gateway-responses", {}).items():
        gateway._put_gateway_response(api, kind, answer)
    return api


def update_api(id: str, before: Told, after: Told, *rest: Any, **named: Any) -> tuple[str, Told]:
    """Update an API in its place, as AWS does: a changed body must not change the address."""
    if after.get("Body") == before.get("Body"):
        updated: tuple[str, Told] = _update_api(id, before, after, *rest, **named)
        return updated
    made, _ = provisioners._apigw_rest_api_create(id, after, "")
    for store in (gateway._resources, gateway._gateway_responses):
        store[id] = store.pop(made)
    gateway._rest_apis[id] = {**gateway._rest_apis.pop(made), "id": id}
    return id, provisioners._apigw_rest_api_attrs(id)


def build_event(api: str, stage: str, *rest: Any, **named: Any) -> Told:
    """An event that says where it was asked: the address that captchas are shown by."""
    event: Told = _build_event(api, stage, *rest, **named)
    context, headers = event["requestContext"], event["headers"]
    context["domainName"] = headers["host"]
    context["path"] = f"/restapis/{api}/{stage}/_user_request_{event['path']}"
    headers["x-forwarded-proto"] = "http"
    return event


async def bus(method: str, path: str, headers: Told, body: bytes, *rest: Any) -> Any:
    """Let the stand-in of a service of AWS say on the bus what that service would."""
    if headers.get("x-amz-target", "").endswith(".PutEvents"):
        return eventbridge._put_events(json.loads(body), allow_aws_source=True)
    return await _bus(method, path, headers, body, *rest)


def kill_workers(workers: list[Any]) -> None:
    """End sandboxes, but none in the midst of a call: an update lets calls end, as AWS does."""

    def end(worker: Any) -> None:
        while worker.in_use:
            time.sleep(0.05)
        _kill_workers([worker])

    for worker in workers:
        threading.Thread(target=end, args=(worker,), daemon=True).start()


def execute_function(function: Told, event: Any) -> Told:
    """Run a function; of a batch of a stream that it did not hear whole, all comes again.

    AWS begins at the first entry that was not heard.
    """
    ran: Told = _execute_function(function, event)
    records = event.get("Records") if isinstance(event, dict) else None
    body = ran.get("body")
    if records and records[0].get("eventSource") == "aws:dynamodb" and isinstance(body, dict):
        return {**ran, "error": ran.get("error") or bool(body.get("batchItemFailures"))}
    return ran


class Package(zipfile.ZipFile):
    """A package that is unpacked once for all its sandboxes: they may not write there anyway."""

    _one_by_one = threading.Lock()
    _trees = Path(tempfile.mkdtemp(prefix="packages-"))

    def extractall(self, path: Any = None, *rest: Any, **named: Any) -> None:
        tree = self._trees / sha256(Path(str(self.filename)).read_bytes()).hexdigest()
        with self._one_by_one:
            if not tree.exists():
                super().extractall(tree)
        os.rmdir(path)
        os.symlink(tree, path)


_import_operation, gateway._import_operation = gateway._import_operation, import_operation
_import_api, gateway._import_rest_api = gateway._import_rest_api, import_api
_build_event, gateway._build_lambda_event_v1 = gateway._build_lambda_event_v1, build_event
_execute_function, lambda_svc._execute_function = lambda_svc._execute_function, execute_function
_kill_workers, lambda_runtime.kill_workers = lambda_runtime.kill_workers, kill_workers
_bus, eventbridge.handle_request = eventbridge.handle_request, bus
lambda_runtime.zipfile = SimpleNamespace(**vars(zipfile) | {"ZipFile": Package})
# It waits so long for a first line of the log after a call that logs nothing.
lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = (0.004, 0.002, 0.25)
_of_api = provisioners._RESOURCE_HANDLERS["AWS::ApiGateway::RestApi"]
_update_api, _of_api["update"] = _of_api["update"], update_api

if __name__ == "__main__":
    from ministack.app import main

    main()
