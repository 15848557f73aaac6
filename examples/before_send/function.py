"""This is where a team has the last word: a function that Countersign asks before each message.

It has a second to answer, or the message goes out without it, if the app's settings do not say
otherwise.  So it does nothing that could take long: no network, no table.
"""

import os

#: Regions whose numbers are sent to; empty: all.
ALLOWED = frozenset(filter(None, os.environ.get("ALLOWED_REGIONS", "").split(",")))
GREETINGS = {"CN": "您好", "HK": "您好", "TW": "您好", "JP": "こんにちは"}


def handler(event, context):
    """A veto, or more values for the template; what Lambda invokes."""
    if event["version"] != 1:  # no answer: before_send_open says what becomes of the message
        raise ValueError(f"version {event['version']} of the event")
    message = event["object"]
    if ALLOWED and message["region"] not in ALLOWED:
        return {"veto": "Messages are not sent to that region."}
    return {"variables": {"greeting": GREETINGS.get(message["region"], "Hello")}}
