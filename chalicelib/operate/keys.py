"""This is where keys and peppers are exchanged."""

import argparse
import secrets

from ..domain.codes import Keyring
from ..store.secrets import PEPPER_BYTES
from .faults import app_of, change


def rotate_key(asked: argparse.Namespace) -> str:
    """draw a new key; the old one works on until retire-key"""
    app = app_of(asked)
    rotated = app.rotated(master=asked.master)
    change(asked, app, rotated)
    return rotated.master_keys[0] if asked.master else rotated.keys[0]


def retire_key(asked: argparse.Namespace) -> str:
    """let only the newest key work"""
    app = app_of(asked)
    change(asked, app, app.retired(master=asked.master))
    return f"{app.id}: one {'master' if asked.master else 'app'} key left"


def rotate_pepper(asked: argparse.Namespace) -> str:
    """put a new pepper in front; codes that are out stay good. The first one starts the service"""
    kept = asked.secrets
    older = () if kept.missing() else kept.read().peppers
    kept.write(Keyring((secrets.token_bytes(PEPPER_BYTES), *older[:2])))
    return f"{kept.name}: {1 + len(older[:2])} on the ring; in use within five minutes"
