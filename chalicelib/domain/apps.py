"""This is where an app is, and how a request proves to come from it."""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from .codes import random_token
from .errors import BadRequest, NotFound, Unauthorized
from .events import EventType
from .hooks import MOST as MOST_HOOKS
from .hooks import Hook
from .reviews import State
from .settings import Settings
from .signatures import MOST, Signature, choose

#: Several SDKs cut the first eight characters out of the id, and refuse a shorter one.
_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{8,63}")
_KEY = re.compile(r"[0-9A-Za-z_-]{8,128}")
_LINK = re.compile(r"//|\bwww\.", re.IGNORECASE)
_STAMP = re.compile(r"[0-9]{1,16}")

#: Whether what was given was made of one of these keys.
_Match = Callable[[str, tuple[str, ...]], bool]

#: How old an X-LC-Sign made with the master key may be.
FRESH_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request says of who is asking.

    *key* is ``KEY`` or ``KEY,master``; *sign* is ``MD5,TIMESTAMP`` or ``MD5,TIMESTAMP,master``;
    *master_key* is bare, as the oldest clients send it.
    """

    app_id: str = ""
    key: str = field(default="", repr=False)
    sign: str = field(default="", repr=False)
    master_key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class App:
    """One LeanCloud-style application.

    *keys* and *master_keys* stand newest first: a rotated key works until it is retired.  The
    app key is public by design, for every client ships it.  *signatures* stand oldest first.
    *hooks* are told of what happens.  *version* counts the changes.
    """

    id: str
    name: str
    keys: tuple[str, ...] = field(repr=False)
    master_keys: tuple[str, ...] = field(repr=False)
    settings: Settings = field(default_factory=Settings)
    signatures: tuple[Signature, ...] = ()
    version: int = 0
    hooks: tuple[Hook, ...] = ()

    @classmethod
    def create(cls, name: str, *, id: str = "", key: str = "", master_key: str = "") -> "App":
        """A new app; what is not given is drawn.

        An app that comes from LeanCloud brings its id and keys, for its clients hold them.
        Raises ValueError, which says what is wrong.
        """
        app = cls(
            id or random_token(), name, (key or random_token(),), (master_key or random_token(),)
        )
        if _LINK.search(name):
            raise ValueError(f"a name that phones make a link of: {name!r}")
        if not name.strip() or len(name) > 40 or not name.isprintable() or set(name) & set("【】"):
            raise ValueError(f"a name is 1 to 40 printable characters without 【】: {name!r}")
        if not cls.named(app.id):
            raise ValueError("an app id is 9 to 64 letters, digits, - or _")
        if not all(_KEY.fullmatch(given) for given in (*app.keys, *app.master_keys)):
            raise ValueError("a key is 8 to 128 letters, digits, - or _")
        if app.keys[0] == app.master_keys[0]:
            raise ValueError("app key and master key must differ")
        return app

    @staticmethod
    def named(id: str) -> bool:
        """Whether *id* has the form of an app id."""
        return _ID.fullmatch(id) is not None

    def signed(self, name: str = "") -> Signature:
        """The signature *name*, or the default one; raises InvalidSignature or NotApproved."""
        return choose(self.signatures, name, default=self.settings.default_signature)

    def with_signature(self, signature: Signature) -> "App":
        """The app with *signature* in the place of the one of its id, or beside the others.

        Raises BadRequest when there are too many.
        """
        if all(signature.id != one.id for one in self.signatures):
            if len(self.signatures) >= MOST:
                raise BadRequest(f"An app has at most {MOST} signatures.", field="signatures")
            return replace(self, signatures=(*self.signatures, signature))
        kept = [signature if one.id == signature.id else one for one in self.signatures]
        return replace(self, signatures=tuple(kept))

    def with_approved(self, text: str, *, name: str = "", now: datetime) -> "App":
        """The app with one signature more, approved by whoever makes it; raises BadRequest."""
        plain = self.settings.plain_signatures
        return self.with_signature(
            Signature.create(name or text, text, state=State.APPROVED, now=now, plain=plain)
        )

    def without_signature(self, signature: Signature) -> "App":
        return replace(self, signatures=tuple(s for s in self.signatures if s.id != signature.id))

    def hook(self, name: str) -> Hook | None:
        """The hook of this *name*."""
        return next((hook for hook in self.hooks if hook.name == name), None)

    def wants(self, type: EventType) -> bool:
        """Whether any hook is told of events of this *type*."""
        return any(type in hook.events for hook in self.hooks)

    def with_hook(self, hook: Hook) -> "App":
        """The app with *hook* in the place of the one of its name, or beside the others.

        Raises BadRequest when there are too many.
        """
        kept = self.without_hook(hook.name).hooks
        if len(kept) >= MOST_HOOKS:
            raise BadRequest(f"An app has at most {MOST_HOOKS} hooks.", field="name")
        return replace(self, hooks=(*kept, hook))

    def without_hook(self, name: str) -> "App":
        return replace(self, hooks=tuple(hook for hook in self.hooks if hook.name != name))

    def signature(self, id: str) -> Signature:
        """The signature of this *id*; raises NotFound."""
        for one in self.signatures:
            if one.id == id:
                return one
        raise NotFound("no such signature")

    def recognise(self, credentials: Credentials, *, now: datetime) -> bool:
        """Whether the caller holds the master key; raises Unauthorized if no key at all."""
        if credentials.key:
            key, _, part = credentials.key.partition(",")
            return self._match(key, part, self._holds)
        if credentials.sign:
            return self._signed(credentials.sign, now)
        if credentials.master_key and self._holds(credentials.master_key, self.master_keys):
            return True
        raise Unauthorized("no key")

    def with_settings(self, settings: Settings) -> "App":
        return replace(self, settings=settings)

    def rotated(self, *, master: bool) -> "App":
        """The app with a new key in front of the old ones."""
        if master:
            return replace(self, master_keys=(random_token(), *self.master_keys))
        return replace(self, keys=(random_token(), *self.keys))

    def retired(self, *, master: bool) -> "App":
        """The app with its newest key alone."""
        if master:
            return replace(self, master_keys=self.master_keys[:1])
        return replace(self, keys=self.keys[:1])

    def _signed(self, sign: str, now: datetime) -> bool:
        digest, _, rest = sign.partition(",")
        stamp, _, part = rest.partition(",")
        if not _STAMP.fullmatch(stamp):
            raise Unauthorized("sign without timestamp")
        # MD5 is the protocol's, and compatibility, not protection: TLS is that.
        master = self._match(digest.lower(), part, lambda given, keys: _made(given, stamp, keys))
        if (master or self.settings.fresh_signs) and _age(stamp, now) > FRESH_FOR:
            raise Unauthorized("stale sign")
        return master

    def _match(self, given: str, part: str, match: _Match) -> bool:
        # The public key never becomes the master key by a word, nor the other way round.
        if part == "master" and match(given, self.master_keys):
            return True
        if part == "" and match(given, self.keys):
            return False
        raise Unauthorized("wrong key")

    @staticmethod
    def _holds(given: str, keys: tuple[str, ...]) -> bool:
        return any([_same(given, key) for key in keys])


def _made(digest: str, stamp: str, keys: tuple[str, ...]) -> bool:
    made = [hashlib.md5(f"{stamp}{key}".encode(), usedforsecurity=False) for key in keys]
    return any([_same(digest, one.hexdigest()) for one in made])


def _same(given: str, key: str) -> bool:
    # As bytes: on text, compare_digest raises for anything beyond ASCII.
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), key.encode())


def _age(stamp: str, now: datetime) -> timedelta:
    """How far *stamp* is from *now*; PHP signs with seconds, all others with milliseconds."""
    seconds = int(stamp) if len(stamp) <= 10 else int(stamp) / 1000
    return timedelta(seconds=min(abs(now.timestamp() - seconds), 1e9))
