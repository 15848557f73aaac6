"""What happens when something fails half-way: nothing is lost, counted twice or sent twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from moto.sns.models import sns_backends
from pynamodb.expressions.operand import Path

from chalicelib.domain.captchas import ValidateToken
from chalicelib.domain.codes import Keyring
from chalicelib.domain.errors import OutOfService
from chalicelib.domain.messages import Message, Sent
from chalicelib.senders.inbox import Inbox
from chalicelib.store import edge
from chalicelib.store.tables import AppRow, CaptchaRow, LineRow, RecordRow
from tests.api.test_captchas import proved
from tests.api.test_sms import wrong
from tests.conftest import Clock, Decisions, Desk, Opener
from tests.faults import Fault, lost_reply, no_answer, refusal
from tests.wire import KEY, PHONE, Door, answered

UPDATE, PUT, GET = "dynamodb.UpdateItem", "dynamodb.PutItem", "dynamodb.GetItem"
PUBLISH = "sns.Publish"


@pytest.fixture
def sns(open_desk: Opener) -> Desk:
    """A desk whose texts go to SNS."""
    return open_desk(SENDERS="sns")


def texts() -> list[str]:
    """What SNS was given."""
    return [text for _, text, *_ in sns_backends["123456789012"]["us-east-1"].sms_messages.values()]


def record() -> RecordRow:
    (row,) = RecordRow.scan()
    return row


REFUSALS = [
    refusal("Throttled", xml=True),
    refusal("OptedOut", xml=True),
    refusal("InvalidParameter", xml=True),
    refusal("AuthorizationError", 403, xml=True),
    no_answer(EndpointConnectionError),
    no_answer(ConnectTimeoutError),
]


@pytest.mark.parametrize("fault", REFUSALS)
def test_a_send_that_was_definitely_refused_is_given_back_whole(
    sns: Desk, clock: Clock, fault: Fault
) -> None:
    assert sns.send() == 0
    older = sns.code()
    clock.pass_(minutes=1)
    token = proved(sns)

    sns.faults.next(PUBLISH, fault)
    assert sns.send(validate_token=token) == 602

    assert sns.send(validate_token=token) == 0, "at once, and with the same token"
    assert sns.verify(older) == 0
    assert len(texts()) == 2


def test_a_first_send_that_was_refused_leaves_nothing_behind(sns: Desk) -> None:
    sns.faults.next(PUBLISH, REFUSALS[0])

    assert sns.send() == 602
    assert record().status == "refused"
    assert "Throttled" in record().error
    assert sns.verify("123456") == 603
    for _ in range(3):
        sns.faults.next(PUBLISH, REFUSALS[0])
        assert sns.send() == 602
    assert sns.send() == 0


UNKNOWNS = [
    lost_reply(ReadTimeoutError),
    lost_reply(ConnectionClosedError),
    no_answer(ReadTimeoutError),
    refusal("InternalError", 500, xml=True),
    refusal("Whatever", 503, xml=True),
]


@pytest.mark.parametrize("fault", UNKNOWNS)
def test_a_send_without_an_answer_counts_as_sent_and_is_not_sent_again(
    sns: Desk, clock: Clock, fault: Fault
) -> None:
    sns.faults.next(PUBLISH, fault)

    assert sns.send() == 0

    assert sns.faults.calls[PUBLISH] == 1
    assert record().status == "pending"
    assert record().error
    assert sns.send() == 1, "the interval holds"
    clock.pass_(minutes=1)
    assert sns.send() == 0
    assert sns.verify(sns.code()) == 0


def test_the_code_of_an_unanswered_send_is_good(sns: Desk) -> None:
    sns.faults.next(PUBLISH, lost_reply(ReadTimeoutError))
    sns.send()

    (text,) = texts()
    code = "".join(letter for letter in text if letter.isdigit())[:6]
    assert sns.verify(code) == 0


def test_a_call_that_nobody_carries_is_refused_before_anything_is_spent(sns: Desk) -> None:
    token = proved(sns)

    assert sns.send(smsType="voice", validate_token=token) == 602
    assert list(LineRow.scan()) == []
    assert sns.send(validate_token=token) == 0


def test_a_carrier_that_keeps_failing_is_left_in_peace(
    sns: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    sns.faults.always(PUBLISH, REFUSALS[0])
    phones = [f"+86138123456{place:02}" for place in range(20)]
    for phone in phones[:5]:
        assert sns.send(phone) == 602
    assert sns.faults.calls[PUBLISH] == 5

    token = proved(sns)
    resting = sns.door.post("requestSmsCode", mobilePhoneNumber=PHONE, validate_token=token)
    assert resting.code == 602
    assert resting.headers["Retry-After"] == "30"
    assert sns.faults.calls[PUBLISH] == 5, "nobody was asked"

    now += 31
    assert sns.send(phones[5]) == 602, "the trial fails"
    assert sns.faults.calls[PUBLISH] == 6
    longer = sns.door.post("requestSmsCode", mobilePhoneNumber=PHONE, validate_token=token)
    assert longer.headers["Retry-After"] == "60"

    now += 61
    sns.faults.mend()
    assert sns.send(validate_token=token) == 0, "nothing was spent while it rested"
    assert sns.send(phones[6]) == 0


def overflow(request: object) -> AWSResponse:
    """A fault that nobody foresaw."""
    raise OverflowError


@pytest.mark.parametrize("fault", [refusal("InternalServerError", 500), overflow])
def test_a_text_that_is_out_is_a_success_even_if_its_record_is_lost(
    sns: Desk, decisions: Decisions, fault: Fault
) -> None:
    sns.faults.always(PUT, fault)

    assert sns.send() == 0

    sns.faults.mend()
    assert sns.verify(sns.code()) == 0
    assert decisions("record_lost")


class Killed(BaseException):
    """The process ends here."""


def killed(_: object) -> None:
    raise Killed


def test_a_send_that_died_before_it_went_out_costs_no_quota(
    open_desk: Opener, clock: Clock
) -> None:
    desk = open_desk("limit_verification=2/1d", SENDERS="sns")
    desk.faults.next(PUBLISH, killed)  # type: ignore[arg-type]
    with pytest.raises(Killed):
        desk.send()
    code_of_the_dead = LineRow.get(f"countersign-local-app#{PHONE}").operation.nonce

    clock.pass_(seconds=14)
    assert desk.send() == 601, "it may live yet"
    clock.pass_(seconds=1)
    assert desk.send() == 0
    assert LineRow.get(f"countersign-local-app#{PHONE}").operation.nonce == code_of_the_dead
    clock.pass_(minutes=1)
    assert desk.send() == 0, "two a day, and the dead one is none of them"
    clock.pass_(minutes=1)
    assert desk.send() == 601


def test_a_send_that_dies_before_its_record_is_taken_over_three_times_at_most(
    sns: Desk, clock: Clock
) -> None:
    for _ in range(4):
        sns.faults.next(PUT, killed)  # type: ignore[arg-type]
        with pytest.raises(Killed):
            sns.send()
        clock.pass_(seconds=15)
    assert len(texts()) == 4

    assert sns.send() == 601
    clock.pass_(seconds=45)
    assert sns.send() == 0


def test_a_late_give_back_of_a_dead_request_changes_nothing(sns: Desk, clock: Clock) -> None:
    service = sns.service.verification
    taken = []
    give_back = type(service.lines).give_back

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(service.lines), "give_back", lambda _, issued: taken.append(issued))
        sns.faults.next(PUBLISH, REFUSALS[0])
        assert sns.send() == 602
    clock.pass_(minutes=1)
    assert sns.send() == 0

    give_back(service.lines, taken[0])

    assert sns.send() == 1
    assert sns.verify(sns.code()) == 0


@pytest.mark.parametrize("error", [ReadTimeoutError, ConnectionClosedError])
def test_a_send_whose_write_lost_its_reply_is_sent_once(
    sns: Desk, clock: Clock, error: type[ReadTimeoutError]
) -> None:
    sns.faults.next(UPDATE, lost_reply(error))

    assert sns.send() == 0

    assert len(texts()) == 1
    clock.pass_(seconds=59)
    assert sns.send() == 601
    clock.pass_(seconds=1)
    sns.faults.next(UPDATE, None, lost_reply(error))  # the second write of a resend
    assert sns.send() == 0
    assert len(texts()) == 2
    assert sns.verify(sns.code()) == 0


def test_a_refused_send_whose_writes_lost_their_replies_is_given_back_all_the_same(
    sns: Desk, clock: Clock
) -> None:
    token = proved(sns)
    lost = lost_reply(ReadTimeoutError)
    sns.faults.next(UPDATE, lost, None, lost, None, lost, None, lost)
    sns.faults.next(PUBLISH, REFUSALS[0])

    assert sns.send(validate_token=token) == 602

    assert sns.send(validate_token=token) == 0


@pytest.mark.parametrize("guesses", [0, 3, 4])
def test_a_guess_whose_reply_was_lost_is_counted_once_and_judged_rightly(
    desk: Desk, guesses: int
) -> None:
    desk.send()
    code = desk.code()
    for guess in wrong(code, guesses):
        desk.verify(guess)

    desk.faults.next(UPDATE, lost_reply(ReadTimeoutError))
    assert desk.verify(code) == 0

    row = LineRow.get(f"countersign-local-app#{PHONE}")
    assert len(row.operation.tried) == guesses + 1
    assert row.failures == guesses + 1
    assert desk.verify(code) == 603


def test_a_wrong_guess_whose_reply_was_lost_costs_one_attempt(desk: Desk) -> None:
    desk.send()
    code = desk.code()
    for guess in wrong(code, 4):
        desk.faults.next(UPDATE, lost_reply(ConnectionClosedError))
        assert desk.verify(guess) == 603

    assert desk.verify(code) == 0


def test_a_guess_whose_reply_was_lost_is_judged_as_it_stood_whatever_came_between(
    desk: Desk,
) -> None:
    """Another guess arrives between the write and its retry."""
    desk.send()
    code = desk.code()

    def overtaken(request: AWSPreparedRequest) -> AWSResponse:
        try:
            return lost_reply(ReadTimeoutError)(request)
        finally:
            assert desk.verify(code) == 603, "the first, unanswered as yet, has opened it"

    desk.faults.next(UPDATE, overtaken)
    assert desk.verify(code) == 0

    row = LineRow.get(f"countersign-local-app#{PHONE}")
    assert len(row.operation.tried) == row.failures == 2


def test_a_send_whose_reply_was_lost_goes_out_whatever_came_between(sns: Desk) -> None:
    def overtaken(request: AWSPreparedRequest) -> AWSResponse:
        try:
            return lost_reply(ReadTimeoutError)(request)
        finally:
            assert sns.verify("000000") in (0, 603)

    sns.faults.next(UPDATE, overtaken)
    assert sns.send() == 0
    assert len(texts()) == 1
    assert sns.send() == 1


def test_a_refused_send_is_given_back_whoever_guesses_meanwhile(sns: Desk, clock: Clock) -> None:
    sns.send()
    code = sns.code()
    clock.pass_(minutes=1)

    def meanwhile(request: AWSPreparedRequest) -> AWSResponse:
        assert sns.verify(wrong(code, 1)[0]) == 603
        return refusal("Throttled", xml=True)(request)

    sns.faults.next(PUBLISH, meanwhile)
    assert sns.send() == 602

    row = LineRow.get(f"countersign-local-app#{PHONE}")
    assert len(row.operation.tried) == row.failures == 1, "the guess stays counted"
    assert sns.send() == 0
    assert sns.verify(code) == 0


def test_a_code_redeemed_under_a_new_pepper_is_spent_where_only_the_old_is_known(
    desk: Desk,
) -> None:
    secrets = desk.service.secrets
    before = secrets.keyring()
    desk.send()
    secrets._ring = Keyring((b"n" * 32, *before.peppers))
    assert desk.verify(desk.code()) == 0

    secrets._ring = before
    assert desk.verify(desk.code()) == 603


def test_a_record_that_cannot_be_filed_for_load_makes_no_failure_of_a_sent_text(
    sns: Desk,
) -> None:
    token = proved(sns)
    sns.faults.always(PUT, THROTTLED)

    assert sns.send(validate_token=token) == 0

    sns.faults.mend()
    assert sns.send("+8613812345678", validate_token=token) == 608, "it is spent"


def test_peppers_out_of_reach_are_looked_for_every_few_seconds_only(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    desk.send()
    desk.faults.always("ssm.GetParameter", refusal("InternalServerError", 500))
    desk.faults.calls.clear()

    now += 301
    for place in range(5):
        assert desk.send(f"+861381234567{place}") == 0
    assert desk.faults.calls["ssm.GetParameter"] == 1


def test_a_late_give_back_does_not_revive_a_token_that_another_send_spent(desk: Desk) -> None:
    captchas = desk.service.captchas.captchas
    token = proved(desk)
    assert desk.send(validate_token=token) == 0

    captchas.give_back(KEY["X-LC-Id"], ValidateToken.parse(token), id="another")

    assert desk.send("+8613812345678", validate_token=token) == 608


def test_what_a_newer_version_keeps_stays_and_does_no_harm(desk: Desk, clock: Clock) -> None:
    """A deployment in mid-flight, or taken back."""
    desk.send()
    key = f"countersign-local-app#{PHONE}"
    edge.update(LineRow, key, [Path(["of_tomorrow"]).set({"nonce": "x"})], None)
    edge.update(AppRow, KEY["X-LC-Id"], [Path(["settings", "of_tomorrow"]).set("yes")], None)
    desk.service.directory._known.clear()
    clock.pass_(minutes=1)

    assert desk.send() == 0
    assert desk.verify(desk.code()) == 0
    assert "of_tomorrow" in (edge.get(LineRow, key) or {})


def test_a_captchas_steps_survive_lost_replies(desk: Desk) -> None:
    desk.faults.next(PUT, lost_reply(ReadTimeoutError))
    desk.faults.next(UPDATE, lost_reply(ReadTimeoutError))
    token = proved(desk)

    desk.faults.next(UPDATE, lost_reply(ReadTimeoutError))
    assert desk.send(validate_token=token) == 0
    (row,) = CaptchaRow.scan()
    assert row.redeemer


CONFLICT = refusal("TransactionConflictException")
THROTTLED = refusal("ProvisionedThroughputExceededException")
BROKEN = refusal("InternalServerError", 500)


@pytest.mark.parametrize("fault", [CONFLICT, THROTTLED, BROKEN, no_answer(EndpointConnectionError)])
def test_a_table_that_is_busy_twice_is_asked_a_third_time(desk: Desk, fault: Fault) -> None:
    desk.faults.next(UPDATE, fault, fault)
    assert desk.send() == 0

    desk.faults.next(UPDATE, fault, fault)
    assert desk.verify(desk.code()) == 0


@pytest.mark.parametrize("fault", [CONFLICT, THROTTLED])
def test_a_table_that_stays_busy_is_429_and_nothing_is_sent(sns: Desk, fault: Fault) -> None:
    sns.faults.always(UPDATE, fault)

    answer = sns.door.post("requestSmsCode", mobilePhoneNumber=PHONE)
    assert answer.status == 429
    assert answer.code == 601
    assert answer.headers["Retry-After"] == "1"
    assert sns.door.post("verifySmsCode/123456", mobilePhoneNumber=PHONE).status == 429
    assert texts() == []


@pytest.mark.parametrize(
    "fault",
    [
        BROKEN,
        no_answer(EndpointConnectionError),
        no_answer(ReadTimeoutError),
        refusal("AccessDeniedException"),
        refusal("ResourceNotFoundException"),
    ],
)
@pytest.mark.parametrize("operation", [UPDATE, GET])
def test_a_table_out_of_reach_is_503_and_nothing_is_sent(
    sns: Desk, fault: Fault, operation: str
) -> None:
    sns.faults.always(operation, fault)

    answer = sns.door.post("requestSmsCode", mobilePhoneNumber=PHONE)

    assert answer.status == 503
    assert answer.code == 503
    assert texts() == []


def test_without_peppers_nothing_is_sent(sns: Desk) -> None:
    sns.faults.always("ssm.GetParameter", refusal("AccessDeniedException"))

    assert sns.door.post("requestSmsCode", mobilePhoneNumber=PHONE).status == 503
    assert sns.verify("123456") == 503
    assert sns.door.get("requestCaptcha").status == 503
    assert texts() == []
    assert list(LineRow.scan()) == []
    sns.faults.mend()
    assert sns.send() == 0


def test_peppers_that_cannot_be_read_again_stay_good_for_an_hour(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    assert desk.send() == 0
    desk.faults.always("ssm.GetParameter", refusal("InternalServerError", 500))

    now += 3599
    assert desk.send("+8613812345678") == 0
    now += 2
    assert desk.send("+8613812345679") == 503


def test_a_code_outlives_the_rotation_of_its_pepper(desk: Desk, clock: Clock) -> None:
    secrets = desk.service.secrets
    desk.send()
    code = desk.code()

    older = secrets.read()
    secrets.write(Keyring((b"n" * 32, *older.peppers)))
    secrets._ring = None
    clock.pass_(minutes=1)

    assert desk.send() == 0
    assert desk.code() == code
    assert desk.verify(wrong(code, 1)[0]) == 603
    assert desk.verify(code) == 0
    assert desk.verify(code) == 603


def test_a_code_stays_spent_when_its_pepper_is_rotated(desk: Desk) -> None:
    secrets = desk.service.secrets
    desk.send()
    assert desk.verify(desk.code()) == 0

    secrets.write(Keyring((b"n" * 32, *secrets.read().peppers)))
    secrets._ring = None

    assert desk.verify(desk.code()) == 603


def test_a_sandbox_learns_of_a_newer_pepper_when_it_meets_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    secrets = desk.service.secrets
    before = secrets.keyring()
    secrets.write(Keyring((b"n" * 32, *before.peppers)))
    secrets._ring = secrets.read()  # this sandbox knows
    desk.send()
    token = desk.door.get("requestCaptcha").json["captcha_token"]

    secrets._ring = before  # another does not
    now += 6
    assert desk.verify(desk.code()) == 0
    secrets._ring = before
    now += 6
    target = f"/1.1/captchaImage?appId={KEY['X-LC-Id']}&token={token}"
    assert Door({}).send("GET", target).status == 200


def test_a_retired_pepper_ends_its_codes_without_a_crash(desk: Desk, clock: Clock) -> None:
    secrets = desk.service.secrets
    token = desk.door.get("requestCaptcha").json["captcha_token"]
    desk.send()
    secrets.write(Keyring((b"n" * 32,)))
    secrets._ring = None

    assert desk.verify(desk.code()) == 603
    target = f"/1.1/captchaImage?appId={KEY['X-LC-Id']}&token={token}"
    assert Door({}).send("GET", target).status == 404
    clock.pass_(minutes=1)
    assert desk.send() == 0
    assert desk.verify(desk.code()) == 0


@pytest.mark.parametrize("value", ["", "zz", "00", "ab" * 31, f"{'ab' * 32},00"])
def test_peppers_that_are_too_short_are_none(desk: Desk, value: str) -> None:
    secrets = desk.service.secrets
    secrets._ssm.put_parameter(
        Name=secrets.name, Value=value or " ", Type="SecureString", Overwrite=True
    )

    with pytest.raises(OutOfService):
        secrets.read()


def test_a_line_that_ttl_removed_early_is_just_a_wrong_code(desk: Desk) -> None:
    desk.send()
    LineRow.get(f"countersign-local-app#{PHONE}").delete()

    assert desk.verify(desk.code()) == 603
    assert desk.send() == 0


def test_an_expired_line_that_ttl_has_not_removed_opens_nothing(desk: Desk, clock: Clock) -> None:
    desk.send()
    clock.pass_(days=3)

    assert LineRow.get(f"countersign-local-app#{PHONE}")
    assert desk.verify(desk.code()) == 603
    assert desk.send() == 0


def test_a_send_that_would_begin_too_late_is_not_begun(
    open_desk: Opener, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A function that is killed in the middle of a publish knows nothing of it."""
    desk = open_desk(STAGE="dev")
    lines = type(desk.service.verification.lines)
    issue = lines.issue

    def slow(*given: object, **named: object) -> object:
        issued = issue(*given, **named)  # type: ignore[arg-type]
        clock.pass_(seconds=4)
        return issued

    monkeypatch.setattr(lines, "issue", slow)
    assert desk.send() == 503
    assert texts() == []
    monkeypatch.undo()
    assert desk.send() == 0


@pytest.mark.parametrize("encoded", [True, False])
@pytest.mark.parametrize("phone", [" 8618612345678", "+8618612345678", "18612345678"])
def test_a_gateway_may_decode_the_path_or_not_and_take_a_plus_for_a_blank(
    desk: Desk, encoded: bool, phone: str
) -> None:
    desk.send()
    code = desk.code()
    event = {
        "requestContext": {"resourcePath": "/1.1/verifySmsCode/{code}", "httpMethod": "POST"},
        "pathParameters": {
            "code": "".join(f"%{ord(digit):02x}" for digit in code) if encoded else code
        },
        "multiValueQueryStringParameters": {"mobilePhoneNumber": [phone]},
        "headers": KEY,
    }

    assert answered(event).code == 0
    assert answered(event).code == 603


def test_carriers_that_take_their_time_do_not_hold_up_a_verification(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They answer only once the code has been verified: else neither would ever end."""
    desk.send()
    code = desk.code()
    asked, verified = threading.Semaphore(0), threading.Event()
    send = Inbox.send

    def slowly(self: Inbox, message: Message) -> Sent:
        asked.release()
        assert verified.wait(60)
        return send(self, message)

    monkeypatch.setattr(Inbox, "send", slowly)
    with ThreadPoolExecutor(8) as pool:
        sends = [pool.submit(desk.send, f"+861861234{place:04}") for place in range(8)]
        for _ in sends:
            assert asked.acquire(timeout=60)

        assert desk.verify(code) == 0

        verified.set()
        assert [one.result() for one in sends] == [0] * 8
