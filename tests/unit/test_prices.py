"""What a message costs: the shipped table, and an app's own prices in front of it."""

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import phonenumbers
import pytest

from chalicelib.domain import prices
from chalicelib.domain.messages import Channel
from chalicelib.domain.prices import OTHERS, Prices

SMS, VOICE = Channel.SMS, Channel.VOICE

TABLE: dict[str, Any] = json.loads(
    Path(prices.__file__).with_name("prices.json").read_text(encoding="utf-8")
)
ROWS = [
    pytest.param(region, row, id=f"{channel}-{region}")
    for channel, rows in TABLE["prices"].items()
    for region, row in rows.items()
]
#: LeanCloud sent to these, or a team of today is likely to.
EXPECTED = {
    *("AE", "AR", "AU", "BR", "CA", "CN", "CO", "DE", "ES", "FR", "GB", "GR", "HK", "ID", "IN"),
    *("IT", "JP", "KH", "KR", "KZ", "LA", "MM", "MO", "MV", "MX", "MY", "NP", "NZ", "PH", "PK"),
    *("PT", "RO", "RU", "SA", "SG", "TH", "TR", "TW", "UA", "US", "UZ", "VE", "VN", "ZA"),
}


@pytest.mark.parametrize(("region", "row"), ROWS)
def test_every_row_is_a_region_with_a_price_and_a_source(region: str, row: dict[str, str]) -> None:
    assert region == OTHERS or region in phonenumbers.SUPPORTED_REGIONS
    assert re.fullmatch(r"[0-9]\.[0-9]{2,6}", row["price"])
    assert 0 < Decimal(row["price"]) < 1
    assert row["source"] in TABLE["sources"]


@pytest.mark.parametrize("source", TABLE["sources"].values(), ids=TABLE["sources"])
def test_every_source_says_what_it_is_where_and_of_when(source: dict[str, str]) -> None:
    assert re.fullmatch(r"20\d\d-\d\d(-\d\d)?|unknown", source["date"])
    assert source["what"]
    assert source["where"]


def test_the_table_is_in_dollars_and_covers_what_leancloud_did() -> None:
    assert TABLE["currency"] == "USD"
    assert set(TABLE["prices"]["sms"]) >= EXPECTED


@pytest.mark.parametrize("channel", Channel)
def test_a_region_nobody_named_costs_as_much_as_the_dearest(channel: Channel) -> None:
    dearest = max(Decimal(row["price"]) for row in TABLE["prices"][channel].values())

    assert Prices().price("AQ", channel) == Prices().price("001", channel) == dearest


@pytest.mark.parametrize(
    ("own", "region", "channel", "price"),
    [
        ("", "CN", SMS, "0.0395"),
        ("", "CN", VOICE, "0.04"),
        ("CN=0.05", "CN", SMS, "0.05"),
        ("CN=0.05", "CN", VOICE, "0.04"),
        ("CN=0.05", "US", SMS, "0.01195"),
        ("US/voice=0.02", "US", VOICE, "0.02"),
        ("US/voice=0.02", "US", SMS, "0.01195"),
        # An app's own star is for all that it does not name: the shipped rows are not asked.
        ("CN=0.05, *=0.1", "US", SMS, "0.1"),
        ("CN=0.05, *=0.1", "AQ", SMS, "0.1"),
        ("CN=0.05, *=0.1", "CN", SMS, "0.05"),
        ("CN=0.05, *=0.1", "US", VOICE, "0.017"),
        ("*/voice=0", "US", VOICE, "0"),
    ],
)
def test_own_prices_stand_in_front_of_the_table(
    own: str, region: str, channel: Channel, price: str
) -> None:
    assert Prices.parse(own).price(region, channel) == Decimal(price)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", ""),
        (" , ", ""),
        ("CN=0.05, US/voice=0.02, *=0.1", "CN=0.05, US/voice=0.02, *=0.1"),
        ("cn/sms=0.050000,*/voice = 1", "CN=0.050000, */voice=1"),
        ("US=0.000001", "US=0.000001"),
    ],
)
def test_prices_are_read_and_written_alike(text: str, written: str) -> None:
    assert str(Prices.parse(text)) == written
    assert Prices.parse(written) == Prices.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "CN",
        "CN=",
        "=1",
        "CN=-1",
        "CN=+1",
        "CN=1e3",
        "CN=.5",
        "CN=NaN",
        "CN=٣",
        "CN=10000",
        "CN=0.0000001",
        "CN/fax=1",
        "CHN=1",
        "CN=0.05; US=0.02",
        "CN=0,05",
    ],
)
def test_what_is_no_price_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(ValueError, match=r"CN=0\.05, US/voice=0\.02, \*=0\.1"):
        Prices.parse(text)


@pytest.mark.parametrize(
    ("text", "fault"),
    [("XX=1", "region"), ("CN=1, cn=2", "second"), ("CN=1, CN/sms=1", "second")],
)
def test_unknown_and_repeated_regions_are_refused(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Prices.parse(text)
