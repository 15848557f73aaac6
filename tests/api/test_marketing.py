"""Marketing: who may send it, how it ends, and when."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain import marketing
from chalicelib.domain.errors import QuietHours
from chalicelib.domain.forms import Hours
from chalicelib.domain.phones import PhoneNumber
from tests.conftest import Clock, Desk, Opener
from tests.wire import PHONE

SALE = "X牌新款春装已经上市，凭短信可享 9 折优惠。"
COMPANY = "天天商城有限公司"


def test_marketing_names_its_company_and_how_to_stop_it(open_desk: Opener, clock: Clock) -> None:
    desk = open_desk(f"company={COMPANY} international_allowed=true marketing_hours=")
    desk.console.template("sale", SALE, "marketing")
    abroad = "+12065550123"

    assert desk.send(template="sale") == 0
    assert desk.letters()[0].message.text == f"【Countersign】{SALE} 回复TD退订"
    assert desk.send(abroad, template="sale") == 0
    assert desk.letters(abroad)[0].message.text.endswith("。 Reply STOP to opt out")
    desk.console.set(opt_out_zh="拒收请回复R")
    clock.pass_(minutes=1)
    assert desk.send(template="sale") == 0
    assert desk.letters()[0].message.text.endswith("。 拒收请回复R")


def test_the_ending_counts_when_a_template_is_judged(open_desk: Opener) -> None:
    desk = open_desk(f"company={COMPANY}")

    (finding,) = desk.console.template("sale", "字" * 45, "marketing")["findings"]

    assert finding["rule"] == "segments", "13 of signature, 45, and 22 of the longer ending"


def test_without_a_company_there_is_no_marketing(desk: Desk, clock: Clock) -> None:
    made = desk.console.template("sale", SALE, "marketing")
    assert made["waiting"]["state"] == "rejected"
    assert made["findings"][0]["rule"] == "company"
    assert desk.send(template="sale") == 605

    desk.console.set(company=COMPANY)
    made = desk.console.post("templates/sale/submit", version=made["version"]).json
    assert made["inUse"]
    desk.service.sends.wordings.templates._known.clear()
    assert desk.send(template="sale") == 0

    desk.console.set(company="")
    assert desk.send("+8613812345678", template="sale") == 605


def test_marketing_is_not_sent_at_night(open_desk: Opener, clock: Clock) -> None:
    """The clock stands at noon UTC: it is 20:00 in Shanghai."""
    desk = open_desk(f"company={COMPANY}")
    desk.console.template("sale", SALE, "marketing")
    assert desk.send(template="sale") == 0
    clock.pass_(hours=1)

    answer = desk.door.post("requestSmsCode", mobilePhoneNumber=PHONE, template="sale")

    assert answer.code == 1
    assert "hour" in answer.json["error"]
    assert answer.headers["Retry-After"] == str(12 * 3600)
    assert desk.send() == 0, "codes are, and no limit was spent"
    desk.console.set(marketing_hours="")
    clock.pass_(minutes=1)
    assert desk.send(template="sale") == 0


@pytest.mark.parametrize(
    ("phone", "at", "wait"),
    [
        ("+8618612345678", "2040-01-02T00:59:59", timedelta(seconds=1)),
        ("+8618612345678", "2040-01-02T01:00:00", timedelta(0)),
        ("+8618612345678", "2040-01-02T12:59:59", timedelta(0)),
        ("+8618612345678", "2040-01-02T13:00:00", timedelta(hours=12)),
        ("+9779841234567", "2040-01-02T03:00:00", timedelta(minutes=15)),  # Nepal: +05:45
        ("+447400123456", "2040-01-02T08:30:00", timedelta(minutes=30)),
        ("+447400123456", "2040-07-02T08:30:00", timedelta(0)),  # in summer time
        ("+12065550123", "2040-01-02T16:00:00", timedelta(hours=1)),  # Seattle
        ("+79161234567", "2040-01-02T08:00:00", timedelta(0)),  # from Kaliningrad to Kamchatka
        ("+79161234567", "2040-01-02T10:00:00", timedelta(hours=21)),
        ("+870773123456", "2040-01-02T10:00:00", None),  # a satellite is nowhere
    ],
)
def test_it_is_day_wherever_the_number_may_be(phone: str, at: str, wait: timedelta | None) -> None:
    """*wait* is how long until it is; None when nobody knows."""
    hours = Hours.parse("09:00-21:00")
    now = datetime.fromisoformat(at).replace(tzinfo=UTC)

    if wait == timedelta(0):
        marketing.admit(PhoneNumber(phone), hours, now=now)
        return
    with pytest.raises(QuietHours) as refused:
        marketing.admit(PhoneNumber(phone), hours, now=now)
    assert refused.value.retry_after == wait
