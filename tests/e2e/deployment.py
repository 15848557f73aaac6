"""A stage with proxies between its functions and AWS, and what can be seen of it from outside."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from chalicelib.local import endpoint
from chalicelib.local.embedded import MASTER_KEY
from tests.e2e import cloud as clouds
from tests.e2e import listener, proxy
from tests.e2e.conftest import UNLIMITED
from tests.e2e.person import TEMPLATE, Person, done
from tests.e2e.proxy import Proxy, Rule
from tests.e2e.stage import Stage
from tests.sdks import numbers

MASTER = f"{MASTER_KEY},master"

#: The apps, by the way their texts take.
ROUTES = {"texts-by-sns": "CN=sns", "texts-by-eum": "CN=eum", "texts-by-either": "CN=eum, sns"}
_SETTINGS = ("captcha_required=true", "prepaid=true", "daily_cap=100000", *UNLIMITED)

#: The function that clients call, by its name in the stack.
_API = "APIHandler"


def until(look: Callable[[], object], seconds: float = 30) -> None:
    """Wait until *look* sees something."""
    limit = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < limit, "it does not happen"
        time.sleep(0.1)


@dataclass(frozen=True)
class Deployment:
    """A stage whose functions reach *aws*, and *messaging*, through proxies."""

    stage: Stage
    aws: Proxy
    messaging: Proxy

    def app(self, name: str) -> Stage:
        """The stage as clients of another app see it."""
        return replace(self.stage, app=name)

    def person(self, app: str = "texts-by-sns") -> Person:
        """Somebody new."""
        return Person(self.app(app), next(numbers))

    def of(self, function: str, rule: Rule) -> Rule:
        """*rule*, for what one function calls, by its name in the stack."""
        return {**rule, "headers": {"user-agent": f"app/{function}"}}

    def table(self, noun: str) -> Rule:
        """What is asked of a table, alone or with others."""
        name = f"{self.stage.prefix}-{noun}"
        return {"service": "dynamodb", "body": f"contains(to_string(@), '\"{name}\"')"}

    def introduce(self) -> None:
        """Let each function call AWS by a proxy, and say who it is in each call.

        By a proxy, and not by another address: that is part of what they sign.
        """
        for name, told in self._functions.items():
            said = {
                "AWS_SDK_UA_APP_ID": name.split("-")[-2],
                "HTTP_PROXY": self.aws.url,
                "NO_PROXY": self.messaging.url.removeprefix("http://"),
                endpoint.VARIABLE: self.messaging.url,
            }
            self._change(name, Environment={"Variables": told["Environment"]["Variables"] | said})

    def wake(self, *tables: str) -> None:
        """Let the API's function begin anew; with *tables*, if it remembers what is in one."""
        if tables and {"apps", "templates"}.isdisjoint(tables):
            return
        for name, told in self._functions.items():
            if _API in name:
                self._change(name, MemorySize=told["MemorySize"])

    def carrier(self, name: str) -> Proxy:
        """What stands between the functions and a carrier."""
        return {"sns": self.aws, "eum": self.messaging}[name]

    def timers(self) -> int:
        """How many timers are set."""
        client = self.stage.cloud.client("sqs")
        url = client.get_queue_url(QueueName=f"{self.stage.prefix}-timers")["QueueUrl"]
        told = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return sum(int(told[name]) for name in told if name.startswith("ApproximateNumber"))

    @property
    def _functions(self) -> dict[str, dict[str, Any]]:
        listed = self.stage.cloud.client("lambda").list_functions()["Functions"]
        named = {one["FunctionName"]: one for one in listed}
        return {name: named[name] for name in named if name.startswith(self.stage.prefix)}

    def _change(self, name: str, **said: object) -> None:
        self.stage.cloud.client("lambda").update_function_configuration(FunctionName=name, **said)


@contextmanager
def deployed(folder: Path, tree: Path) -> Iterator[Deployment]:
    """A stage that is well, with an app for each route, money, a template and a hook."""
    with (
        clouds.running(folder) as cloud,
        endpoint.running(cloud.messaging) as messages,
        proxy.running(cloud.url) as aws,
        proxy.running(messages) as messaging,
    ):
        stage = Stage(cloud, tree, "dev")
        stage.deploy()
        deployment = Deployment(stage, aws, messaging)
        deployment.introduce()
        listener.deploy(cloud)
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda name: _furnish(deployment.app(name)), ROUTES))
        for name in ROUTES:
            _warm(deployment, name)
        yield deployment


def _furnish(stage: Stage) -> None:
    stage.create_app(f"routes={ROUTES[stage.app]}", *_SETTINGS)
    stage.operate("hooks", "set", stage.app, "heard", "function", listener.NAME)
    for path, said in {"balance": {"amount": 100, "id": "first"}, "templates": TEMPLATE}.items():
        done(stage.ask("POST", f"/console/api/{path}", said, key=MASTER))


def _warm(deployment: Deployment, app: str) -> None:
    """Let the function and the proxies load all that they need for a text: it takes seconds."""

    def sent() -> bool:
        person = deployment.person(app)
        done(person.send(template=TEMPLATE["name"]))
        return bool(person.texts)

    until(sent)


def settled(person: Person, *, verified: int) -> None:
    """All that follows from what *person* did has followed, and was told and counted once."""
    stage = person.stage

    def states() -> list[str]:
        query = f"/console/api/records?phone={person.phone}"
        return [one["state"] for one in done(stage.ask("GET", query, key=MASTER)).json["records"]]

    until(lambda: states() == ["verified"] * verified)
    until(lambda: heard(person))
    assert len(heard(person)) == 1
    until(lambda: counted(stage) == filed(stage))


def heard(person: Person) -> list[str]:
    """The events that the hook was told of a phone, by their ids."""
    told = listener.heard(person.stage.cloud)
    return [one["event"] for one in told if one["phone"] == f"+86{person.phone}"]


def counted(stage: Stage) -> int:
    """How many messages of the app the counters say were sent."""
    today = datetime.now(UTC).date()
    query = f"/console/api/counters?from={today - timedelta(days=1)}&to={today}"
    total: int = done(stage.ask("GET", query, key=MASTER)).json["total"]["sent"]
    return total


def filed(stage: Stage) -> int:
    """How many messages of the app have a record that they were sent."""
    return sum(item.get("app") == {"S": stage.app} for item in _sent(stage))


def price(person: Person) -> Decimal:
    """What the messages to *person* cost, by their records."""
    to = {"S": f"+86{person.phone}"}
    return sum(
        (Decimal(one["price"]["N"]) for one in _sent(person.stage) if one["phone"] == to), Decimal()
    )


def balance(stage: Stage) -> Decimal:
    """What the app has left."""
    return Decimal(done(stage.ask("GET", "/console/api/balance", key=MASTER)).json["balance"])


def _sent(stage: Stage) -> list[dict[str, Any]]:
    return [
        one for one in stage.items("records") if one.get("status") not in (None, {"S": "refused"})
    ]
