"""Prints what people need who run the scripts of `snowflake/sql/` by hand.

Usage: python -m functions.snowflake_integration                          all scripts, in order
       python -m functions.snowflake_integration SCRIPT < VALUES.json     one, with its values
"""

import json
import sys

from functions.snowflake_integration import scripts
from functions.snowflake_integration.sql_script import SqlScriptError, render


def main() -> None:
    """Print the order, or a script; exit 1 when a value is missing or wrong."""
    match sys.argv[1:]:
        case []:
            sys.stdout.writelines(f"{name}\n" for name in scripts.setup_scripts())
        case [script]:
            _print(script)
        case _:
            sys.stderr.write(f"{__doc__}")
            sys.exit(2)


def _print(script: str) -> None:
    try:
        sys.stdout.write(render(scripts.text(script), json.load(sys.stdin)))
    except (SqlScriptError, OSError, ValueError) as error:
        sys.exit(f"The script {script} cannot be printed: {error}")


if __name__ == "__main__":
    main()
