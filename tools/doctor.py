"""Say what an AWS account still lacks, and where to ask for it: `make doctor STAGE=dev`.

It reads and changes nothing, and it asks nobody.  Exit status: 0 when nothing is missing, 1 when
something is, 2 when it cannot look.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence

from chalicelib.config import Config

from .account import Account, Failed
from .checks import Finding, Level, deployment, eum, look, notify, ok, quotas, sns
from .package import configuration

#: The senders that are AWS's, of which it wants to be asked things.
_AWS = frozenset({"sns", "eum", "notify"})
#: As wide as the longest subject.
_WIDTH = len("EUM_PROTECT_CONFIGURATION")


def examine(config: Config, account: Account) -> Iterator[tuple[str, Finding]]:
    """What is found, by subject; of senders that are not in use nothing is asked."""
    senders = config.sender_names
    where = f"{account}, partition {account.partition}"
    yield "account", ok(f"{where}; {config.stage} sends by {', '.join(senders)}")
    if _AWS & set(senders):
        yield from look({"region": quotas.region}, config, account)
    if quotas.texting(account):
        if "sns" in senders:
            yield from look(sns.CHECKS, config, account)
        if "eum" in senders:
            yield from look(eum.checks(config), config, account)
        if "notify" in senders:
            yield from look(notify.CHECKS, config, account)
        if {"eum", "notify"} & set(senders):
            yield from look({"EUM_CONFIGURATION_SET": eum.receipts}, config, account)
    yield from look(quotas.CHECKS, config, account)
    yield from deployment.findings(config, account)


def doctor(config: Config, account: Account) -> int:
    """Print a line for each finding; the exit status."""
    counts: Counter[Level] = Counter()
    noted: set[Finding] = set()
    for subject, finding in examine(config, account):
        # Two checks may want the same permission, which is to be asked for once.
        if finding in noted:
            continue
        if finding.level is Level.NOTE:
            noted.add(finding)
        counts[finding.level] += 1
        print(f"{finding.level:7}  {subject:{_WIDTH}}  {finding}", flush=True)
    print(f"\n{counts[Level.MISSING]} missing, {counts[Level.NOTE]} to note")
    return 1 if counts[Level.MISSING] else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Look at the account for the stage on the command line; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.doctor", description=__doc__)
    parser.add_argument("--stage", default="dev", help="a stage of .chalice/config.json")
    asked = parser.parse_args(arguments)
    try:
        return doctor(configuration(asked.stage), Account.current())
    except Failed as fault:
        print(f"cannot look: {fault}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
