"""This is where AWS's Notify is: codes in AWS's own registered texts, from its own numbers."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar

from ..domain.messages import Channel, Kind, Message, Sent
from .eum import client, common, given, tell
from .faults import sent
from .reasons import FAULTS
from .voices import spelled

#: The Basic tier's, by "Notify supported countries" of AWS's user guide.  China is in no tier.
_BASIC = "AS AU BE BR CA CH CO DE DK ES FI FR GB GU HK IE IN IT JP KR MP MX NL NZ PR PT SE SG US VI"
BASIC = tuple(_BASIC.split())


@dataclass(eq=False, repr=False)
class Notify:
    """Notify as a sender of plain codes: the app's signature and words are not in its texts.

    *configuration* is the id or ARN of a Notify configuration; *template* one of AWS's, or the
    configuration's default if it is empty.  Without a *voice_template* nobody is called: which
    voice reads it is AWS's to choose, since it goes with the template's language.  How many
    messages a tier allows in a day and a second is for AWS to say.
    """

    configuration: str
    template: str = ""
    voice_template: str = ""
    configuration_set: str = ""
    deployment: str = ""
    countries: tuple[str, ...] = BASIC

    name: ClassVar[str] = "notify"
    takes: ClassVar[timedelta] = timedelta(seconds=3)

    def carries(self, message: Message) -> bool:
        plain = message.wording.kind is Kind.VERIFICATION and not message.wording.template
        spoken = message.channel is Channel.SMS or bool(self.voice_template)
        return plain and spoken and message.to.region in self.countries

    def send(self, message: Message) -> Sent:
        said = common(message, self.configuration_set, self.deployment)
        with FAULTS.renamed(self.name):
            if message.channel is Channel.VOICE:
                answer = self._client.send_notify_voice_message(
                    **said,
                    NotifyConfigurationId=self.configuration,
                    TemplateId=self.voice_template,
                    TemplateVariables={"code": spelled(message.code)},
                )
            else:
                answer = self._client.send_notify_text_message(
                    **said,
                    **given(TemplateId=self.template),
                    NotifyConfigurationId=self.configuration,
                    TemplateVariables={"code": message.code},
                )
        return sent(answer, sender=self.name)

    def feedback(self, message_id: str, *, received: bool) -> None:
        tell(self._client, message_id, received=received, sender=self.name)

    @cached_property
    def _client(self) -> Any:
        return client()
