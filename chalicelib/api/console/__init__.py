"""The administrator's doors: `/console/api/…`, for the master key alone."""

from . import (
    balances,
    counters,
    deliveries,
    exports,
    hooks,
    notices,
    page,
    previews,
    records,
    settings,
    signatures,
    templates,
    users,
)

ROUTES = tuple(
    door.routes
    for door in (
        page,
        settings,
        signatures,
        templates,
        previews,
        balances,
        notices,
        records,
        exports,
        counters,
        hooks,
        deliveries,
        users,
    )
)
