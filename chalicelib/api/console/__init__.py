"""The administrator's doors: `/console/api/…`, for the master key alone."""

from . import balances, notices, previews, settings, signatures, templates

ROUTES = tuple(
    door.routes for door in (settings, signatures, templates, previews, balances, notices)
)
