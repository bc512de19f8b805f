"""The scripts in `snowflake/sql/`, in the order of their numbers, and who runs which."""

from collections.abc import Mapping
from pathlib import Path

from functions.custom_resources.protocol import CustomResourceError
from functions.snowflake_integration.session import Session
from functions.snowflake_integration.sql_script import SqlScriptError, render, statements

SCRIPTS_DIR = Path(__file__).parents[2] / "snowflake" / "sql"

INTEGRATION = "04_api_integration.sql"
TRAINING_GRANTS = "06_training_grants.sql"
DROP_DATABASE = "99_drop_database.sql"
DROP_FUNCTIONS = "99_drop_functions.sql"
DROP_INTEGRATION = "99_drop_integration.sql"
#: By number: an administrator runs 00, the integration is a resource of its own, 99 takes away.
_NOT_OBJECTS = ("00_", "04_", "99_")


def object_scripts() -> list[str]:
    """Names of the scripts that make database, tables, views, functions and grants, in order."""
    names = sorted(path.name for path in SCRIPTS_DIR.glob("*.sql"))
    return [name for name in names if not name.startswith(_NOT_OBJECTS)]


def run(session: Session, script: str, values: Mapping[str, str]) -> None:
    """Run a script's statements in order; each may run again.

    Raises:
        StatementError: Snowflake refused a statement; those before it are done.
        CustomResourceError: A placeholder has no value, or one that is no plain name or address.
    """
    for statement in rendered(script, values):
        session.execute(statement)


def rendered(script: str, values: Mapping[str, str]) -> list[str]:
    """The statements of a script with their values; raises as `run` does."""
    try:
        return list(statements(render((SCRIPTS_DIR / script).read_text(), values)))
    except SqlScriptError as error:
        raise CustomResourceError(f"{script}: {error}") from error
