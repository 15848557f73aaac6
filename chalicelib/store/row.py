"""This is where it stands what all tables have in common."""

from pynamodb.constants import PAY_PER_REQUEST_BILLING_MODE
from pynamodb.models import Model

from .. import aws  # noqa: F401  pynamodb is to use our session


class Meta:
    """What every table is asked with."""

    billing_mode = PAY_PER_REQUEST_BILLING_MODE
    # Short, for the function lives fourteen seconds; tried again by `edge` alone.
    connect_timeout_seconds = 1
    read_timeout_seconds = 2
    max_retry_attempts = 0
    max_pool_connections = 64


class Row(Model):
    """An item, which shows nothing of itself: half of what is kept is secret."""

    __repr__ = object.__repr__
