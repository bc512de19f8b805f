"""Prints a script of `snowflake/sql/` with its values, for people who run it by hand.

Usage: python -m functions.snowflake_integration SCRIPT < VALUES.json
"""

import json
import sys

from functions.snowflake_integration.scripts import SCRIPTS_DIR
from functions.snowflake_integration.sql_script import SqlScriptError, render


def main() -> None:
    """Print the script that the command line names; exit 1 when a value is missing or wrong."""
    if len(sys.argv) != 2:
        sys.stderr.write(f"{__doc__}")
        sys.exit(2)
    try:
        sys.stdout.write(render((SCRIPTS_DIR / sys.argv[1]).read_text(), json.load(sys.stdin)))
    except (SqlScriptError, OSError, ValueError) as error:
        sys.exit(f"The script {sys.argv[1]} cannot be printed: {error}")


if __name__ == "__main__":
    main()
