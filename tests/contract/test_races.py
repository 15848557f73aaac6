"""Forty-eight at once, on a database that is atomic as DynamoDB is."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.store.tables import LineRow
from tests.api.test_captchas import proved, reading
from tests.api.test_sms import wrong
from tests.conftest import Clock, Desk

pytestmark = pytest.mark.dynamodb_local

CALLERS, ROUNDS = 48, 20


def at_once(calls: list[Callable[[], int]]) -> Counter[int]:
    """What came back of *calls* made at the same time, and how often."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return Counter(pool.map(lambda call: call(), calls))


def test_one_send_of_many_goes_out_and_its_code_opens_once(true_desk: Desk) -> None:
    for turn in range(ROUNDS):
        phone = f"+861861234{turn:04}"

        sends = at_once([lambda phone=phone: true_desk.send(phone)] * CALLERS)

        assert sends[0] == 1, sends
        assert set(sends) <= {0, 1, 601}
        assert len(true_desk.letters(phone)) == 1
        code = true_desk.code(phone)
        redemptions = at_once(
            [lambda code=code, phone=phone: true_desk.verify(code, phone)] * CALLERS
        )
        assert redemptions == {0: 1, 603: CALLERS - 1}


def test_one_resend_of_many_goes_out(true_desk: Desk, clock: Clock) -> None:
    for turn in range(ROUNDS):
        phone = f"+861851234{turn:04}"
        true_desk.send(phone)
        clock.pass_(minutes=1)

        sends = at_once([lambda phone=phone: true_desk.send(phone)] * CALLERS)

        assert sends[0] == 1, sends
        first, second = true_desk.letters(phone)
        assert first.message.code == second.message.code


def test_five_guesses_of_many_are_judged(true_desk: Desk) -> None:
    for turn in range(ROUNDS):
        phone = f"+861871234{turn:04}"
        true_desk.send(phone)
        code = true_desk.code(phone)

        guesses = at_once(
            [
                lambda guess=guess, phone=phone: true_desk.verify(guess, phone)
                for guess in wrong(code, CALLERS)
            ]
        )

        assert guesses == {603: CALLERS}
        row = next(row for row in LineRow.scan() if row.key.endswith(phone))
        assert len(row.operation.tried) == 5
        assert row.failures == 5
        assert true_desk.verify(code, phone) == 603


def test_a_right_guess_among_wrong_ones_opens_at_most_once(true_desk: Desk) -> None:
    for turn in range(ROUNDS):
        phone = f"+861881234{turn:04}"
        true_desk.send(phone)
        code = true_desk.code(phone)
        guesses = [code, *wrong(code, 3), code, *wrong(code, 40), code]

        answers = at_once(
            [lambda guess=guess, phone=phone: true_desk.verify(guess, phone) for guess in guesses]
        )

        assert answers[0] <= 1
        assert answers[0] + answers[603] == len(guesses)


def test_a_picture_takes_one_answer_and_its_token_one_send(true_desk: Desk) -> None:
    for turn in range(5):
        token = true_desk.door.get("requestCaptcha").json["captcha_token"]
        code = reading(true_desk, token)
        answers = at_once(
            [
                lambda token=token, code=code: (
                    true_desk.door.post(
                        "verifyCaptcha", captcha_token=token, captcha_code=code
                    ).code
                )
            ]
            * CALLERS
        )
        assert answers == {0: 1, 1: CALLERS - 1}

        proof = proved(true_desk)
        sends = at_once(
            [
                lambda place=place, proof=proof, turn=turn: true_desk.send(
                    f"+86189{turn}123{place:04}", validate_token=proof
                )
                for place in range(CALLERS)
            ]
        )
        assert sends == {0: 1, 608: CALLERS - 1}


def test_money_for_ten_sends_ten_of_many(true_desk: Desk) -> None:
    true_desk.console.set(prices="CN=0.05", prepaid=True)
    for turn in range(3):
        true_desk.console.post("balance", amount="0.53")
        phones = [f"+86177{turn}123{place:04}" for place in range(CALLERS)]

        sends = at_once([lambda phone=phone: true_desk.send(phone) for phone in phones])

        assert sends == {0: 10, 160: CALLERS - 10}
        left = true_desk.console.get("balance").json["balance"]
        assert left == "0.03"
        true_desk.console.post("balance", amount="-0.03")


def test_one_of_many_changes_to_the_same_version_stands(true_desk: Desk) -> None:
    made = true_desk.console.template("t", "第一版。")
    version = true_desk.console.get("settings").json["version"]

    submits = at_once(
        [
            lambda place=place: (
                true_desk.console.post(
                    "templates/t/submit", version=made["version"], source=f"第{place}版。"
                ).code
            )
            for place in range(CALLERS)
        ]
    )
    changes = at_once(
        [
            lambda place=place: (
                true_desk.console.ask(
                    "PUT", "settings", version=version, settings={"company": f"{place}"}
                ).code
            )
            for place in range(CALLERS)
        ]
    )

    signatures = at_once(
        [
            lambda place=place: true_desk.console.signature(f"天天{place}") and 0
            for place in range(8)
        ]
    )

    assert signatures == {0: 8}, "a new one undoes nobody's work"
    assert submits == {0: 1, 409: CALLERS - 1}
    assert changes == {0: 1, 409: CALLERS - 1}
