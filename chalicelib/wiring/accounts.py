"""This is where what is behind the users' doors is made, when it is asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from .. import logs
from .core import Core

if TYPE_CHECKING:
    from ..flows.gates import Gates
    from ..flows.lists import Lists
    from ..flows.logins import Logins
    from ..flows.people import People
    from ..flows.phones import Phones
    from ..flows.proofs import Proofs
    from ..flows.sign_ups import SignUps
    from ..flows.users import Users


class Accounts(Core):
    """What sign-ups, logins and proofs need."""

    @cached_property
    def people(self) -> People:
        from ..flows.people import People
        from ..store.users import DynamoUsers

        return People(DynamoUsers(), self.secrets)

    @cached_property
    def gates(self) -> Gates:
        from ..flows.gates import Gates
        from ..store.tries import DynamoTries

        return Gates(DynamoTries(), self.sends.addresses)

    @cached_property
    def phones(self) -> Phones:
        from ..flows.phones import Phones

        return Phones(self.people, self.gates, self.sends, logs.log)

    @cached_property
    def proofs(self) -> Proofs:
        from ..flows.proofs import Proofs

        return Proofs(
            self.people,
            self.gates,
            self.verification,
            self.sends.pointing,
            self.phones,
            logs.log,
        )

    @cached_property
    def sign_ups(self) -> SignUps:
        from ..flows.sign_ups import SignUps

        return SignUps(self.people, self.phones)

    @cached_property
    def users(self) -> Users:
        from ..flows.users import Users

        return Users(self.people, self.phones, self.gates)

    @cached_property
    def logins(self) -> Logins:
        from ..flows.logins import Logins

        return Logins(self.people, self.sign_ups, self.proofs, self.gates, self.verification)

    @cached_property
    def lists(self) -> Lists:
        from ..flows.lists import Lists

        return Lists(self.people)
