"""This is where AWS End User Messaging is: texts and calls, from numbers of the team's own."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from .. import aws
from ..domain.messages import Channel, Kind, Message, Sent
from .faults import sent
from .reasons import FAULTS
from .voices import speech, voice

#: What AWS takes for a TimeToLive.
SHORTEST_LIFE, LONGEST_LIFE = timedelta(seconds=5), timedelta(hours=72)

#: Where AWS places no calls: "Supported countries" of its user guide has no voice for China.
_NO_CALLS = frozenset({"CN"})


@dataclass(eq=False, repr=False)
class Eum:
    """AWS End User Messaging as a sender of texts and of calls that read out a code.

    *origination* and *voice_origination* are a number, a pool or a sender ID, by name, id or
    ARN.  Without the first the account's own choice is texted from, without the second nobody is
    called.  *max_price* is the most that one text may cost, *voice_max_price* that a minute may,
    in US dollars; *in_entity_id* and *in_template_id* are what India's registry knows the team
    and the built-in text by.  All may be empty.
    """

    origination: str = ""
    voice_origination: str = ""
    configuration_set: str = ""
    deployment: str = ""
    protect_configuration: str = ""
    max_price: str = ""
    voice_max_price: str = ""
    in_entity_id: str = ""
    in_template_id: str = ""

    name: ClassVar[str] = "eum"
    takes: ClassVar[timedelta] = timedelta(seconds=3)

    def carries(self, message: Message) -> bool:
        if message.channel is Channel.SMS:
            return True
        return bool(self.voice_origination and message.code) and message.to.region not in _NO_CALLS

    def send(self, message: Message) -> Sent:
        called = message.channel is Channel.VOICE
        with FAULTS.renamed(self.name):
            if called:
                answer = self._client.send_voice_message(**self._call(message))
            else:
                answer = self._client.send_text_message(**self._text(message))
        return sent(answer, sender=self.name)

    def feedback(self, message_id: str, *, received: bool) -> None:
        tell(self._client, message_id, received=received, sender=self.name)

    def _text(self, message: Message) -> dict[str, Any]:
        marketing = message.wording.kind is Kind.MARKETING
        return given(
            **common(message, self.configuration_set, self.deployment),
            OriginationIdentity=self.origination,
            MessageBody=message.text,
            MessageType="PROMOTIONAL" if marketing else "TRANSACTIONAL",
            MaxPrice=self.max_price,
            ProtectConfigurationId=self.protect_configuration,
            DestinationCountryParameters=self._registration(message),
        )

    def _call(self, message: Message) -> dict[str, Any]:
        return given(
            **common(message, self.configuration_set, self.deployment),
            OriginationIdentity=self.voice_origination,
            MessageBody=speech(message.code),
            MessageBodyTextType="SSML",
            VoiceId=voice(message.to),
            MaxPricePerMinute=self.voice_max_price,
            ProtectConfigurationId=self.protect_configuration,
        )

    def _registration(self, message: Message) -> dict[str, str]:
        """What India's carriers want to see: the registered ids of the team and of the text."""
        if message.to.region != "IN":
            return {}
        registered = message.wording.registered.get(self.name)
        template = "" if message.wording.template else self.in_template_id
        return given(
            IN_ENTITY_ID=self.in_entity_id,
            IN_TEMPLATE_ID=registered.id if registered else template,
        )

    @cached_property
    def _client(self) -> Any:
        return client()


def client() -> Any:
    """A client that tries once: no operation that sends has an idempotency token."""
    return aws.client("pinpoint-sms-voice-v2", connect=1, read=2)


def common(message: Message, configuration_set: str, deployment: str) -> dict[str, Any]:
    """What every operation that sends is told of *message*.

    A code that comes too late is worth nothing, so it dies with its message; and of a code we
    learn whether it came, which AWS likes to hear.
    """
    said: dict[str, Any] = given(
        DestinationPhoneNumber=message.to.e164,
        ConfigurationSetName=configuration_set,
        # The receipts of an account go to all its deployments: each listens for its own.
        Context=given(record=message.id, app=message.app, deployment=deployment),
    )
    if message.expires_at:
        left = message.expires_at - datetime.now(UTC)
        life = min(max(left, SHORTEST_LIFE), LONGEST_LIFE)
        said |= {"TimeToLive": life // timedelta(seconds=1), "MessageFeedbackEnabled": True}
    return said


def given(**fields: Any) -> dict[str, Any]:
    """*fields* but for the empty ones, which AWS would refuse."""
    return {name: value for name, value in fields.items() if value}


def tell(client: Any, message_id: str, *, received: bool, sender: str) -> None:
    """Tell AWS whether the code of a message came back."""
    with FAULTS.renamed(sender):
        client.put_message_feedback(
            MessageId=message_id, MessageFeedbackStatus="RECEIVED" if received else "FAILED"
        )
