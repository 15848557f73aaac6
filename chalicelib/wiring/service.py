"""This is where the whole service stands: what the doors call."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from .. import logs
from .afterwards import Afterwards

if TYPE_CHECKING:
    from ..flows.apps import Apps
    from ..flows.notices import Notices
    from ..flows.previews import Previews
    from ..flows.records import Records
    from ..flows.templates import Templates


class Service(Afterwards):
    """All that the doors need, ready to be called.

    What only an administrator, a user or a carrier's word asks for is imported when it is asked
    for: a send and a verification start without it.
    """

    @cached_property
    def apps(self) -> Apps:
        from ..flows.apps import Apps

        return Apps(self.directory, frozenset(self.config.sender_names))

    @cached_property
    def templates(self) -> Templates:
        from ..flows.templates import Templates

        return Templates(self.sends.wordings.templates)

    @cached_property
    def previews(self) -> Previews:
        from ..flows.previews import Previews

        wordings = self.sends.wordings
        return Previews(wordings.templates, wordings, self.delivery)

    @cached_property
    def notices(self) -> Notices:
        from ..flows.notices import Notices

        return Notices(self.sends, self.sends.wordings.templates, logs.log, logs.crash)

    @cached_property
    def records(self) -> Records:
        from ..flows.records import Records

        return Records(self.delivery.records, self.secrets)
