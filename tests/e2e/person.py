"""Somebody with a phone: all that one does with codes, captchas and an account."""

import re
import time
from dataclasses import dataclass

from tests.e2e.stage import Stage
from tests.wire import Answer

PASSWORD = "correct horse"

#: A template of the apps that they use.
TEMPLATE = {"name": "Entrance", "kind": "verification", "source": "您的验证码是{{code}}。"}

#: Seconds after which a function is ended, and the gateway answers in its place.
_LIFE = 14

#: What is said of a fault of AWS: the code, the status, the text.  All else is of the request.
OURS = {
    503: (503, "Service temporarily unavailable."),
    601: (429, "Can't send SMS too frequently."),
    602: (400, "Fails to send message."),
}


@dataclass
class Person:
    """One person, whose answers are all a success or a refusal in the words of the API.

    Whatever AWS does meanwhile: nobody hears of the gateway, the framework or the SDK.  With
    *patience* they ask so often again what is out of service.
    """

    stage: Stage
    phone: str
    patience: int = 0

    def ask(self, method: str, path: str, **fields: object) -> Answer:
        """One call; *fields* are its body."""
        for _ in range(self.patience):
            answer = self._ask(method, path, **fields)
            if answer.code != 503:
                return answer
        return self._ask(method, path, **fields)

    def _ask(self, method: str, path: str, **fields: object) -> Answer:
        begun = time.monotonic()
        answer = self.stage.ask(method, f"/1.1/{path}", fields or None)
        took = time.monotonic() - begun
        assert answer.status not in (500, 502, 504), (path, took, answer)
        if answer.code in OURS:
            assert (answer.status, answer.json["error"]) == OURS[answer.code], (path, answer)
        assert took < _LIFE, f"{path}: {took:.1f} s"
        return answer

    def read_captcha(self) -> str:
        """What one gets for reading a captcha."""
        told = done(self.ask("GET", "requestCaptcha")).json["captcha_token"]
        said = {"captcha_token": told, "captcha_code": self.stage.read(told)}
        token: str = done(self.ask("POST", "verifyCaptcha", **said)).json["validate_token"]
        return token

    def send(self, path: str = "requestSmsCode", **fields: object) -> Answer:
        """Ask for a code, with the proof that one is no machine."""
        token = fields.pop("validate_token", None) or self.read_captcha()
        return self.ask("POST", path, mobilePhoneNumber=self.phone, validate_token=token, **fields)

    @property
    def texts(self) -> list[str]:
        """All texts that came, by whatever carrier, oldest first of each."""
        taken = self.stage.cloud.messaging.messages
        number = f"+86{self.phone}"
        return self.by_sns + [one.asked["MessageBody"] for one in taken if one.to == number]

    @property
    def by_sns(self) -> list[str]:
        """The texts that came by SNS."""
        return self.stage.cloud.texts(f"+86{self.phone}")

    @property
    def code(self) -> str:
        """The code in the last text."""
        [code] = re.findall(r"(?<!\d)\d{6}(?!\d)", self.texts[-1])
        return str(code)

    def verify(self, code: str = "") -> Answer:
        """Hand in the code that came."""
        return self.ask("POST", f"verifySmsCode/{code or self.code}", mobilePhoneNumber=self.phone)

    def enter(self) -> Answer:
        """Sign up or in by the code that came."""
        said = {"mobilePhoneNumber": self.phone, "smsCode": self.code}
        return self.ask("POST", "usersByMobilePhone", **said)

    def sign_up(self) -> Answer:
        """Sign up with a password and a number that is not verified yet."""
        said = {"username": f"reader {self.phone}", "password": PASSWORD}
        return self.ask("POST", "users", **said, mobilePhoneNumber=self.phone)

    def log_in(self, password: str = PASSWORD) -> Answer:
        """Log in by the number, with a password."""
        return self.ask("POST", "login", mobilePhoneNumber=self.phone, password=password)


def done(answer: Answer) -> Answer:
    """*answer*, which is a success."""
    assert answer.code == 0, answer
    return answer


def live(person: Person) -> None:
    """All that one does, with the answers of a good day."""
    done(person.send(template=TEMPLATE["name"]))
    code = person.code
    done(person.verify(code))
    assert person.verify(code).code == 603
    user = done(person.sign_up()).json
    done(person.send("requestMobilePhoneVerify"))
    done(person.ask("POST", f"verifyMobilePhone/{person.code}"))
    assert person.log_in("guessed").code == 210
    assert done(person.log_in()).json["objectId"] == user["objectId"]
    done(person.send("requestLoginSmsCode"))
    said = {"mobilePhoneNumber": person.phone, "smsCode": person.code}
    assert done(person.ask("POST", "login", **said)).json["objectId"] == user["objectId"]
    assert len(person.texts) == 3
