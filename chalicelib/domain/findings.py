"""This is where a finding is: one thing to mend in a template."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Whether a template can be approved all the same."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: by which *rule*, said to a person in *text*, and where.

    It lies at *at* in the source and is *length* long, both in characters; what is true of the
    whole text has all of it.
    """

    rule: str
    severity: Severity
    at: int
    length: int
    text: str
