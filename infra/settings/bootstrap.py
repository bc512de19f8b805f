"""Prints, as JSON, the values of `00_bootstrap.sql`, which runs before `cdk deploy`.

The roles need not exist yet: their names are fixed, so their ARNs are known.
"""

import argparse
import json
import re
import sys
from collections.abc import Sequence

from infra.settings.context import ContextError, context_in, read
from infra.settings.sql_values import RoleArns, bootstrap_values


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the values; exit 1 with what is wrong with the context."""
    parser = argparse.ArgumentParser(prog="infra.settings.bootstrap", description=__doc__)
    parser.add_argument("--environment", default="dev", help="as in cdk.json")
    parser.add_argument("--account", default="", help="AWS account; default: that in cdk.json")
    parser.add_argument("--context", default="cdk.json", help="where the context is")
    options = parser.parse_args(arguments)
    try:
        settings = read(context_in(options.context, options.environment).get)
        account = _account(options.account or settings.account)
    except ContextError as error:
        sys.exit(str(error))
    json.dump(bootstrap_values(settings, RoleArns.of_account(settings, account)), sys.stdout)


def _account(account: str | None) -> str:
    if not account or not re.fullmatch(r"\d{12}", account, re.ASCII):
        raise ContextError(
            "The ARNs in the script need the AWS account's 12 digits: say ACCOUNT=123456789012."
        )
    return account


if __name__ == "__main__":
    main()
