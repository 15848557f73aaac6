"""This is where every refusal has its public number.

Refusal
├── BadRequest                        1    says what was wrong, and in which field
├── QuietHours                        1    carries retry_after
├── InternationalSmsDisabled          1
├── TooFast                           1    carries retry_after
├── WrongCaptcha                      1
├── Malformed                       107
├── NotAllowed                      119
├── InvalidPhoneNumber              127
├── Vetoed                          142    says what the app's own function said
├── SpendCapReached                 154    carries retry_after: the day's end
├── Barred                          154    more likely pumped than asked for
├── InsufficientBalance             160    carries the balance, if it is to be told of
├── MissingPhoneNumber              212
├── Unauthorized                    401
├── MasterKeyNeeded                 403
├── NotFound                        404
├── MethodNotAllowed                405
├── Stale                           409    carries what stands
├── VersionNeeded                   428
├── OutOfService                    503
├── InvalidSignature                600
├── TooFrequent                     601    carries retry_after
│   └── Busy                        601    HTTP 429
├── SendFailed                      602    carries retry_after when a breaker is open
├── InvalidCode                     603    wrong, expired, spent or never sent: one answer
├── TemplateNotFound                604
├── NotApproved                     605    template or signature: one number, two texts
├── RenderFailed                    606    says what was wrong
└── MissingValidateToken            608
    └── Challenged                  608    of what is over a budget

Numbers and texts are LeanCloud's; clients switch on them.
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal


class Refusal(Exception):
    """An answer "understood, and no".

    The client reads `code` and `text`; *reason* is for the log alone, so it may
    tell apart what an attacker must not.  *more* is what else the client reads.
    """

    code = 1
    status = 400
    text = "Internal server error. No information available."

    def __init__(self, reason: str = "", *, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after
        self.more: Mapping[str, object] = {}


class Conflict(Exception):
    """What was read does not stand any more; the flow says which refusal that is."""


class BadRequest(Refusal):
    """A parameter the client can mend; *text* tells how, *field* which."""

    def __init__(self, text: str, *, field: str = "", **more: object) -> None:
        super().__init__(text)
        self.text = text
        self.more = {**({"field": field} if field else {}), **more}


class QuietHours(Refusal):
    """Marketing is not sent at this hour of the destination."""

    text = "Marketing messages are not sent at this hour of the destination."


class InternationalSmsDisabled(Refusal):
    text = "International SMS is disabled, please enable it in console."


class TooFast(Refusal):
    text = "SMS request too fast(1 request per 10s)."


class WrongCaptcha(Refusal):
    text = "Invalid captcha code."


class Malformed(Refusal):
    code, text = 107, "Malformed json object. A json dictionary is expected."


class NotAllowed(Refusal):
    code, text = 119, "That operation isn't allowed for clients."


class InvalidPhoneNumber(Refusal):
    code, text = 127, "The mobile phone number was invalid."


class Vetoed(Refusal):
    """The app's own function said no, in its own words."""

    code, text = 142, "The message was vetoed by before_send."

    def __init__(self, text: str = "") -> None:
        super().__init__("before_send")
        self.text = text or self.text


class SpendCapReached(Refusal):
    code, text = 154, "Exceeded an application threshold setting."


class Barred(Refusal):
    """A message that is more likely pumped than asked for, or that is listed as such."""

    code, text = 154, "Exceeded an application threshold setting."


class InsufficientBalance(Refusal):
    """The balance cannot pay; *alarm* is what is left, if it is now to be told of."""

    code, text = 160, "Insufficient balance."

    def __init__(self, reason: str = "", *, alarm: Decimal | None = None) -> None:
        super().__init__(reason)
        self.alarm = alarm


class MissingPhoneNumber(Refusal):
    code, text = 212, "The mobile phone number is missing, and must be specified."


class Unauthorized(Refusal):
    code, status, text = 401, 401, "Unauthorized."


class MasterKeyNeeded(Refusal):
    code, status, text = 403, 403, "The master key is needed."


class NotFound(Refusal):
    code, status, text = 404, 404, "Not found."


class MethodNotAllowed(Refusal):
    """Its reason is which methods are."""

    code, status, text = 405, 405, "Method not allowed."


class Stale(Refusal):
    """Somebody else has changed it meanwhile; *current* is how it stands now."""

    code, status, text = 409, 409, "It was changed meanwhile; current is how it stands."

    def __init__(self, current: object) -> None:
        super().__init__("stale")
        self.more = {"current": current}


class VersionNeeded(Refusal):
    code, status = 428, 428
    text = "Say which version you have read: If-Match, or the field version."


class OutOfService(Refusal):
    """A table or the peppers cannot be reached; nothing was sent."""

    code, status, text = 503, 503, "Service temporarily unavailable."


class InvalidSignature(Refusal):
    code, text = 600, "Invalid SMS signature."


class TooFrequent(Refusal):
    code, text = 601, "Can't send SMS too frequently."


class Busy(TooFrequent):
    """A table takes no more just now."""

    status = 429


class SendFailed(Refusal):
    code, text = 602, "Fails to send message."


class InvalidCode(Refusal):
    code, text = 603, "Invalid SMS code."


class TemplateNotFound(Refusal):
    code, text = 604, "SMS template not found."


class NotApproved(Refusal):
    """*what* is "template" or "sign", as LeanCloud's two texts have it."""

    code = 605

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(reason)
        self.text = "SMS sign not verified" if what == "sign" else "SMS template not verified."


class RenderFailed(Refusal):
    code = 606

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.text = f"Fails to render SMS template: {fault}."


class MissingValidateToken(Refusal):
    code, text = 608, "Missing validate token."


class Challenged(MissingValidateToken):
    """A captcha is asked for that the app does not always want."""
