"""This is where captchas are kept: `app#token`, one write a step."""

from datetime import datetime, timedelta

from ..domain.captchas import VALID_FOR, Captcha, ValidateToken
from ..domain.errors import MissingValidateToken, WrongCaptcha
from . import edge
from .tables import CaptchaRow

_KEPT_FOR = timedelta(hours=1)


class DynamoCaptchas:
    """Captchas as items."""

    def put(self, captcha: Captcha) -> None:
        row = CaptchaRow(
            key=_key(captcha.app, captcha.token),
            nonce=captcha.nonce,
            width=captcha.width,
            height=captcha.height,
            size=captcha.size,
            expires_at=captcha.expires_at,
            purge_at=captcha.expires_at + _KEPT_FOR,
        )
        edge.put(row)

    def find(self, app: str, token: str) -> Captcha | None:
        item = edge.get(CaptchaRow, _key(app, token))
        return _captcha(item, app, token) if item and "proof" not in item else None

    def answer(self, app: str, token: str, *, proof: str, now: datetime) -> Captcha:
        actions = [
            CaptchaRow.proof.set(proof),
            CaptchaRow.expires_at.set(now + VALID_FOR),
            CaptchaRow.purge_at.set(now + VALID_FOR + _KEPT_FOR),
        ]
        condition = (CaptchaRow.expires_at > now) & CaptchaRow.proof.does_not_exist()
        try:
            item = edge.update(CaptchaRow, _key(app, token), actions, condition)
        except edge.Refused as refused:
            item = refused.item
            # A fresh proof is nobody else's: with it there, the write stood and its reply was lost.
            if item.get("proof", {}).get("S") != proof:
                raise WrongCaptcha("unknown, answered or expired") from None
        return _captcha(item, app, token)

    def redeem(self, app: str, token: ValidateToken, *, proof: str, id: str, now: datetime) -> None:
        condition = (
            (CaptchaRow.proof == proof)
            & (CaptchaRow.expires_at > now)
            & CaptchaRow.redeemer.does_not_exist()
        )
        try:
            edge.update(
                CaptchaRow, _key(app, token.captcha), [CaptchaRow.redeemer.set(id)], condition
            )
        except edge.Refused as refused:
            if refused.item.get("redeemer", {}).get("S") != id:
                raise MissingValidateToken("unknown, spent or expired") from None

    def give_back(self, app: str, token: ValidateToken, *, id: str) -> None:
        try:
            edge.update(
                CaptchaRow,
                _key(app, token.captcha),
                [CaptchaRow.redeemer.remove()],
                CaptchaRow.redeemer == id,
            )
        except edge.Refused:
            return  # our first try stood


def _key(app: str, token: str) -> str:
    return f"{app}#{token}"


def _captcha(item: edge.Item, app: str, token: str) -> Captcha:
    row = CaptchaRow.from_raw_data(dict(item))
    return Captcha(
        app, token, row.nonce, int(row.width), int(row.height), int(row.size), row.expires_at
    )
