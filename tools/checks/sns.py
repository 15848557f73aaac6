"""Amazon SNS: may it text, for how much, as whom, and does it tell what became of it?"""

from collections.abc import Iterator
from decimal import Decimal

from chalicelib.config import Config

from ..account import Account
from . import Check, Finding, ask, items, missing, note, ok

_PAGE = "Amazon SNS console > Text messaging (SMS)"
#: US dollars a month until AWS is asked for more: "Monthly spending quota" of SNS's user guide.
_FIRST_LIMIT = "1"
_CASE = "Support Center > Create case > Service quota increase > SNS Text Messaging"


def sandbox(config: Config, account: Account) -> Iterator[Finding]:
    """Whether anybody at all can be texted."""
    if not ask("sns", "get_sms_sandbox_account_status")["IsInSandbox"]:
        yield ok("out of the sandbox")
        return
    yield missing(
        "in the sandbox: verified numbers alone are texted", f"{_PAGE} > Exit SMS sandbox"
    )
    numbers = items("sns", "list_sms_sandbox_phone_numbers", "PhoneNumbers")
    verified = sum(number["Status"] == "Verified" for number in numbers)
    yield note(f"{verified} numbers are verified, of ten", f"{_PAGE} > Add phone number")


def preferences(config: Config, account: Account) -> Iterator[Finding]:
    """What the account has set for all its texts."""
    said = ask("sns", "get_sms_attributes").get("attributes", {})
    limit = said.get("MonthlySpendLimit", _FIRST_LIMIT)
    spend = f"{limit} US dollars a month may be spent"
    if Decimal(limit) > Decimal(_FIRST_LIMIT):
        yield ok(spend)
    else:
        command = "aws sns set-sms-attributes --attributes MonthlySpendLimit=DOLLARS"
        yield missing(spend, f"{_CASE}; once granted: {command}")
    if sender := config.sns_sender_id or said.get("DefaultSenderID"):
        yield ok(f"sender ID {sender}, where a country allows one")
    else:
        yield note("no sender ID: texts come from numbers of AWS's", "SNS_SENDER_ID of the stage")
    yield _delivery_log(said)


def _delivery_log(said: dict[str, str]) -> Finding:
    """Whether SNS writes the log that receipts are read from."""
    command = "aws sns set-sms-attributes --attributes"
    rate = "DeliveryStatusSuccessSamplingRate"
    if not said.get("DeliveryStatusIAMRole"):
        return note(
            "no delivery status role: no receipts come, and records stay as they were sent",
            f"{_PAGE} > Edit > Delivery status logging, or {command} "
            f"DeliveryStatusIAMRole=ROLE_ARN,{rate}=100",
        )
    sampled = said.get(rate, "0")
    if sampled != "100":
        return note(f"receipts of {sampled} % of what arrives", f"{command} {rate}=100")
    return ok("a receipt of every text goes to the delivery log")


def opted_out(config: Config, account: Account) -> Iterator[Finding]:
    """How many asked to be left alone, who do not even get a code."""
    numbers = items("sns", "list_phone_numbers_opted_out", "phoneNumbers")
    if not numbers:
        yield ok("nobody opted out")
        return
    yield note(
        f"{len(numbers)} numbers opted out, and get nothing",
        "if they ask for it, once in 30 days: aws sns opt-in-phone-number --phone-number NUMBER",
    )


def rate(config: Config, account: Account) -> Iterator[Finding]:
    """SNS does not say how fast it is; its default is known."""
    yield ok("20 texts a second, unless AWS has granted more, which it does not tell")


CHECKS: dict[str, Check] = {
    "SNS sandbox": sandbox,
    "SNS preferences": preferences,
    "SNS opted out": opted_out,
    "SNS rate": rate,
}
