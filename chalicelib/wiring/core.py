"""This is where what every part of the service is made of stands."""

from dataclasses import dataclass

from ..config import Config
from ..flows.billing import Billing
from ..flows.captchas import Captchas
from ..flows.delivery import Delivery, Listener
from ..flows.sends import Sends
from ..flows.verification import Verification
from ..store.apps import DynamoApps
from ..store.secrets import ParameterSecrets


@dataclass(eq=False, repr=False)
class Core:
    """What a send and a verification need; *directory* finds the app a request is for."""

    config: Config
    directory: DynamoApps
    secrets: ParameterSecrets
    captchas: Captchas
    sends: Sends
    verification: Verification
    delivery: Delivery
    billing: Billing
    listeners: list[Listener]
