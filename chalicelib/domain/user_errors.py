"""This is where the refusals about users have their public numbers.

Refusal
├── EmailDisabled                     1
├── NoSuchClass                     101    HTTP 404
├── InvalidKey                      105
├── WrongType                       111
├── TooLarge                        116
├── InvalidEmail                    125
├── MissingUsername                 200
├── MissingPassword                 201
├── UsernameTaken                   202
├── EmailTaken                      203
├── SessionRequired                 206    HTTP 403
├── ThirdPartyClosed                207
├── LinkTaken                       208
├── WrongPassword                   210
├── UserNotFound                    211
├── PhoneNotRegistered              213
├── PhoneTaken                      214
├── PhoneNotVerified                215
├── InvalidUsername                 217    says what was wrong
├── InvalidPassword                 218    says what was wrong
├── LoginLocked                     219    carries retry_after
├── MissingLink                     250
├── NoEffect                        305
└── Forbidden                       403    HTTP 403

Numbers and texts are LeanCloud's; clients switch on them.
"""

from .errors import Refusal


class EmailDisabled(Refusal):
    """This service sends no e-mail."""

    text = "Please enable the option to verify user emails in application settings."


class NoSuchClass(Refusal):
    code, status, text = 101, 404, "Class or object doesn't exists."


class InvalidKey(Refusal):
    code, text = 105, "Invalid key name."


class WrongType(Refusal):
    """*name* is of another type than what is to be done with it asks for."""

    code, text = 111, "Field set to incorrect type."

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.more = {"field": name}


class TooLarge(Refusal):
    code, text = 116, "The object is too large."


class InvalidEmail(Refusal):
    code, text = 125, "The email address was invalid."


class MissingUsername(Refusal):
    code, text = 200, "Username is missing or empty"


class MissingPassword(Refusal):
    code, text = 201, "Password is missing or empty."


class UsernameTaken(Refusal):
    code, text = 202, "Username has already been taken."


class EmailTaken(Refusal):
    code, text = 203, "Email has already been taken."


class SessionRequired(Refusal):
    code, status = 206, 403
    text = "The user cannot be altered by a client without the session."


class ThirdPartyClosed(Refusal):
    code, text = 207, "Users can only be created through sign up."


class LinkTaken(Refusal):
    code, text = 208, "An existing account already linked to another user."


class WrongPassword(Refusal):
    code, text = 210, "The username and password mismatch."


class UserNotFound(Refusal):
    code, text = 211, "Could not find user."


class PhoneNotRegistered(Refusal):
    code, text = 213, "A user with the specified mobile phone number was not found."


class PhoneTaken(Refusal):
    code, text = 214, "Mobile phone number has already been taken."


class PhoneNotVerified(Refusal):
    code, text = 215, "Mobile phone number isn't verified."


class InvalidUsername(Refusal):
    code, text = 217, "Invalid username, it must be a non-blank string."

    def __init__(self, fault: str = "") -> None:
        super().__init__(fault or "blank")
        self.text = f"Invalid username, {fault}." if fault else self.text


class InvalidPassword(Refusal):
    code, text = 218, "Invalid password, it must be a non-blank string."

    def __init__(self, fault: str = "") -> None:
        super().__init__(fault or "blank")
        self.text = f"Invalid password, {fault}." if fault else self.text


class LoginLocked(Refusal):
    code, text = 219, "Tried too many times to signin."


class MissingLink(Refusal):
    code, text = 250, "Linked id missing from request"


class NoEffect(Refusal):
    code, text = 305, "No effect on updating/deleting a document."


class Forbidden(Refusal):
    code, status, text = 403, 403, "Forbidden to read/write by class permissions"
