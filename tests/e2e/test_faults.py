"""AWS throttles, cuts off, dawdles and loses answers: nothing is lost, doubled or left undone.

A proxy stands between a deployment's functions and all that they call.  Nobody puts anything in
order afterwards: what is asked for again is asked for by the same people, through the same URL.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest

from tests.e2e.deployment import (
    Deployment,
    balance,
    counted,
    deployed,
    filed,
    heard,
    price,
    settled,
    until,
)
from tests.e2e.person import TEMPLATE, Person, done, live
from tests.e2e.proxy import LOST, RESET, SLOW, THROTTLED, Rule, each, once
from tests.e2e.stage import configure, repository
from tests.wire import Answer

pytestmark = pytest.mark.e2e

#: What is refused while a table takes nothing.  A send waits for no record, and nobody for a
#: counter or a hook.
REFUSED = {
    "apps": "captcha send verify sign_up log_in enter ask_to_verify",
    "templates": "send",
    "captchas": "captcha send ask_to_verify",
    "lines": "send verify enter ask_to_verify",
    "purses": "send ask_to_verify",
    "records": "",
    "counters": "",
    "users": "sign_up log_in enter ask_to_verify",
    "claims": "sign_up log_in enter ask_to_verify",
    "tries": "log_in",
    "pointers": "ask_to_verify",
    "deliveries": "",
    "ledgers": "",
}
TABLES = tuple(REFUSED)
#: What is refused the second time, too, when the first was done and nobody heard of it: a captcha
#: and a code are good once, and a name is taken by who has it.
SPENT: dict[str, dict[str, int]] = {
    "captchas": {"send": 608, "ask_to_verify": 608},
    "lines": {"verify": 603},
    "purses": {},
    "users": {"sign_up": 202, "enter": 603},
    "tries": {},
    "pointers": {},
}
#: Tables of which no two are asked in one call: no client waits for more than one.
SLOW_AT_ONE_TIME = (
    ("captchas", "lines", "records", "claims", "tries", "counters"),
    ("apps", "purses", "pointers", "deliveries"),
    ("templates", "users"),
)

FAULTS = {"throttled": THROTTLED, "reset": RESET, "slow": SLOW, "lost": LOST}
#: How many texts arrive by a carrier that meets them.  It is known of one of them alone that the
#: carrier did nothing: then the client is refused, or the next carrier asked.
ARRIVE = {"throttled": 0, "reset": 0, "slow": 1, "lost": 1}
CARRIERS = {
    "sns": {"service": "sns", "operation": "Publish"},
    "eum": {"operation": "SendTextMessage"},
}
#: The functions that ask the tables, by their names in the stack: clients call the first.
FUNCTIONS = ("APIHandler", "Changed", "RecordChanged", "HookDue", "TimerDue")


@pytest.fixture(scope="module")
def deployment(set_up: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A stage that sends by both carriers, and is well."""
    tree = repository(tmp_path_factory.mktemp("repository"))
    configure(tree, "dev", SENDERS="sns,eum")
    with deployed(tmp_path_factory.mktemp("cloud"), tree) as deployment:
        yield deployment


@pytest.mark.parametrize("table", TABLES)
def test_a_call_that_is_throttled_cut_off_and_loses_its_answer_is_made_once(
    deployment: Deployment, table: str
):
    asked = deployment.table(table)
    rules = [
        rule
        for function in FUNCTIONS
        for rule in each(deployment.of(function, asked), THROTTLED, RESET, LOST)
    ]
    person = deployment.person()
    money = balance(person.stage)
    deployment.wake(table)

    with deployment.aws.meeting(*rules):
        live(person)
        settled(person, verified=3)

    assert money - balance(person.stage) == price(person) > 0
    assert len({fault["action"] for fault in deployment.aws.met()}) == 3


@pytest.mark.parametrize("tables", SLOW_AT_ONE_TIME, ids=lambda tables: "-".join(tables))
def test_what_is_done_long_after_it_was_given_up_is_done_once(
    deployment: Deployment, tables: tuple[str, ...]
):
    rules = [once(deployment.table(table), SLOW) for table in tables]
    person = replace(deployment.person(), patience=1)
    money = balance(person.stage)
    deployment.wake(*tables)

    with deployment.aws.meeting(*rules):
        live(person)
        settled(person, verified=3)

    assert money - balance(person.stage) == price(person) > 0
    assert len({fault["rule_id"] for fault in deployment.aws.met()}) == len(rules)


@pytest.mark.parametrize("table", TABLES)
def test_while_a_table_takes_nothing_what_needs_it_is_refused_and_costs_nothing(
    deployment: Deployment, table: str
):
    people = People.of(deployment)
    deployment.wake(table)

    with deployment.aws.meeting({**deployment.table(table), **THROTTLED}):
        refused = {name for name, call in people.calls.items() if call().code}
        assert refused == set(REFUSED[table].split())

    for name in refused:
        done(people.calls[name]())
    people.found_served()


@pytest.mark.parametrize(("table", "calls"), SPENT.items())
def test_what_was_done_unheard_is_done_once_and_is_well_with_a_new_code(
    deployment: Deployment, table: str, calls: dict[str, int]
):
    """All answers of a table are lost: nobody can know what was done, and nobody does it twice."""
    people = People.of(deployment)
    asked = deployment.of(FUNCTIONS[0], deployment.table(table))

    with deployment.aws.meeting({**asked, **LOST}):
        refused = [name for name, call in people.calls.items() if call().code]

    assert refused == [name for name in people.calls if name in REFUSED[table].split()]
    again = {name: people.calls[name]().code for name in refused}
    assert {name: code for name, code in again.items() if code} == calls
    people.found_well()


@pytest.mark.parametrize("fault", [RESET, SLOW], ids=["reset", "slow"])
def test_while_no_table_answers_all_is_refused_and_is_well_again_by_itself(
    deployment: Deployment, fault: Rule
):
    people = People.of(deployment)

    with deployment.aws.meeting({"service": "dynamodb", **fault}), ThreadPoolExecutor() as pool:
        answers = pool.map(lambda call: call(), people.calls.values())
        assert {answer.code for answer in answers} == {503}

    people.found_well()


def test_while_all_tables_dawdle_no_call_outlives_its_function(deployment: Deployment):
    people = People.of(deployment)

    with deployment.aws.meeting({"service": "dynamodb", "latency": 1500}):
        people.calls["ask_to_verify"]()

    people.found_well()


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_function_that_begins_without_peppers_refuses_and_reads_them_when_it_can(
    deployment: Deployment, fault: Rule
):
    people = People.of(deployment)
    deployment.wake()

    with deployment.aws.meeting({"service": "ssm", **fault}):
        assert [people.calls[name]().code for name in ("send", "verify")] == [503, 503]

    done(people.calls["send"]())
    done(people.calls["verify"]())
    assert len(people.sender.texts) == 1


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_text_that_a_carrier_fails_is_never_sent_twice(
    deployment: Deployment, carrier: str, fault: str
):
    person = deployment.person(f"texts-by-{carrier}")
    token, money = person.read_captcha(), balance(person.stage)

    with deployment.carrier(carrier).meeting({**CARRIERS[carrier], **FAULTS[fault]}):
        answer = person.send(validate_token=token)
        until(lambda: len(person.texts) == ARRIVE[fault])

    assert answer.code == (602 if fault == "throttled" else 0)
    if fault == "throttled":  # it costs neither the captcha nor a wait
        assert answer.headers["Retry-After"]
        done(person.send(validate_token=token))
    if fault == "reset":
        done(person.send())
    done(person.verify())
    assert person.verify().code == 603
    assert len(person.texts) == 1
    assert money - balance(person.stage) == price(person) > 0
    until(lambda: counted(person.stage) == filed(person.stage))


@pytest.mark.parametrize("fault", FAULTS)
def test_what_a_carrier_surely_refused_goes_to_the_next_and_nothing_else(
    deployment: Deployment, fault: str
):
    deployment.wake()  # no carrier has failed as yet
    person = deployment.person("texts-by-either")

    with deployment.messaging.meeting({**CARRIERS["eum"], **FAULTS[fault]}):
        done(person.send())
        until(lambda: len(person.texts) == (ARRIVE[fault] or fault == "throttled"))

    assert deployment.messaging.met()
    assert len(person.by_sns) == (fault == "throttled")


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_timer_that_could_not_be_set_is_set_later(deployment: Deployment, fault: Rule):
    """Of a code that End User Messaging sends: it is told when it expires unused."""
    person = deployment.person("texts-by-eum")
    before = deployment.timers()

    with deployment.aws.meeting(once({"service": "sqs", "operation": "SendMessage"}, fault)):
        done(person.send())
        until(lambda: deployment.timers() > before)
        assert deployment.aws.met()

    until(lambda: counted(person.stage) == filed(person.stage))


def test_a_hook_that_cannot_be_called_is_called_again(deployment: Deployment):
    """With the same id, where nobody knows whether it was called."""
    invoke = {"service": "lambda", "operation": "Invoke"}
    faults = (THROTTLED, SLOW)
    people = [deployment.person() for _ in faults]
    for person in people:
        done(person.send())

    with deployment.aws.meeting(*(once(invoke, fault) for fault in faults)):
        for place, person in enumerate(people, 1):
            done(person.enter())
            until(lambda place=place: len(deployment.aws.met()) == place)
        until(lambda: all(heard(person) for person in people))

    assert [len(set(heard(person))) for person in people] == [1, 1]
    assert len(heard(people[0])) == 1


@dataclass(frozen=True)
class People:
    """Those who call while something is wrong, and what each of them asks for."""

    sender: Person
    holder: Person
    newcomer: Person
    member: Person
    stranger: Person
    calls: dict[str, Callable[[], Answer]]

    @classmethod
    def of(cls, deployment: Deployment) -> "People":
        """They have read their captchas, and hold their codes."""
        sender, holder, newcomer, member, stranger = (deployment.person() for _ in range(5))
        for person in (holder, newcomer):
            done(person.send())
        done(member.sign_up())
        tokens = sender.read_captcha(), member.read_captcha()
        calls: dict[str, Callable[[], Answer]] = {
            "captcha": lambda: sender.ask("GET", "requestCaptcha"),
            "send": lambda: sender.send(template=TEMPLATE["name"], validate_token=tokens[0]),
            "verify": holder.verify,
            "sign_up": stranger.sign_up,
            "log_in": member.log_in,
            "enter": newcomer.enter,
            "ask_to_verify": lambda: member.send(
                "requestMobilePhoneVerify", validate_token=tokens[1]
            ),
        }
        return cls(sender, holder, newcomer, member, stranger, calls)

    def found_served(self) -> None:
        """Each has what they asked for, once."""
        assert (len(self.sender.texts), len(self.member.texts)) == (1, 1)
        assert self.holder.verify().code == 603
        settled(self.newcomer, verified=1)

    def found_well(self) -> None:
        """Nobody has more than they asked for, and with a new code each goes on."""
        assert max(len(self.sender.texts), len(self.member.texts)) <= 1
        for person in (self.sender, self.holder, self.newcomer, self.member):
            done(person.send())
            done(person.enter())
            assert person.verify().code == 603
        assert self.stranger.sign_up().code in (0, 202)
        done(self.stranger.log_in())
        until(lambda: counted(self.sender.stage) == filed(self.sender.stage))
