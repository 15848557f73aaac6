"""This is where every refusal has its public number.

Refusal
├── BadRequest                        1    says what was wrong
├── InternationalSmsDisabled          1
├── TooFast                           1    carries retry_after
├── WrongCaptcha                      1
├── Malformed                       107
├── NotAllowed                      119
├── InvalidPhoneNumber              127
├── MissingPhoneNumber              212
├── Unauthorized                    401
├── NotFound                        404
├── MethodNotAllowed                405
├── OutOfService                    503
├── InvalidSignature                600
├── TooFrequent                     601    carries retry_after
│   └── Busy                        601    HTTP 429
├── SendFailed                      602    carries retry_after when a breaker is open
├── InvalidCode                     603    wrong, expired, spent or never sent: one answer
├── TemplateNotFound                604
├── RenderFailed                    606    says what was wrong
└── MissingValidateToken            608

Numbers and texts are LeanCloud's; clients switch on them.
"""

from datetime import timedelta


class Refusal(Exception):
    """An answer "understood, and no".

    The client reads `code` and `text`; *reason* is for the log alone, so it may
    tell apart what an attacker must not.
    """

    code = 1
    status = 400
    text = "Internal server error. No information available."

    def __init__(self, reason: str = "", *, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class BadRequest(Refusal):
    """A parameter the client can mend; *text* tells how."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


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


class MissingPhoneNumber(Refusal):
    code, text = 212, "The mobile phone number is missing, and must be specified."


class Unauthorized(Refusal):
    code, status, text = 401, 401, "Unauthorized."


class NotFound(Refusal):
    code, status, text = 404, 404, "Not found."


class MethodNotAllowed(Refusal):
    """Its reason is which methods are."""

    code, status, text = 405, 405, "Method not allowed."


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


class RenderFailed(Refusal):
    code = 606

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.text = f"Fails to render SMS template: {fault}."


class MissingValidateToken(Refusal):
    code, text = 608, "Missing validate token."
