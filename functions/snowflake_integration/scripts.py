"""The scripts in `snowflake/sql/`: their order, who runs which, and their statements.

A script is named by its path below that folder.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from functions.custom_resources.protocol import CustomResourceError
from functions.snowflake_integration.script_order import in_order
from functions.snowflake_integration.session import Session
from functions.snowflake_integration.signature import Signature, drop, signature
from functions.snowflake_integration.sql_script import SqlScriptError, render, statements

SCRIPTS_DIR = Path(__file__).parents[2] / "snowflake" / "sql"

#: An administrator runs it, once per account.
BOOTSTRAP = "00_bootstrap.sql"
#: A resource of its own, because the caller role must trust what it makes.
INTEGRATION = "05_api_integration.sql"
DATABASE = "10_database.sql"
#: Runs for the stack's schema and for each allowed one.
TRAINING_GRANTS = "80_grants/training_schema.sql"
DROP_DATABASE = "teardown/drop_database.sql"
#: Derived from the functions' own files; there is no such file.
DROP_FUNCTIONS = "teardown/drop_functions.sql"
DROP_INTEGRATION = "teardown/drop_integration.sql"

_OWN_SCHEMA = re.compile(r"create schema if not exists \w+\.(?P<schema>\w+)")
_FUNCTIONS, _TEARDOWN = "60_functions/", "teardown/"


def setup_scripts() -> list[str]:
    """Every script but those of the teardown, in order."""
    return in_order({name: text(name) for name in _names() if not name.startswith(_TEARDOWN)})


def object_scripts() -> list[str]:
    """The scripts that make database, tables, views, functions and grants, in order."""
    return [name for name in setup_scripts() if name not in (BOOTSTRAP, INTEGRATION)]


def own_schemas(values: Mapping[str, str]) -> frozenset[str]:
    """The schemas that the scripts make, in upper case; the deployer grants in no other."""
    return frozenset(
        match["schema"].upper()
        for statement in rendered(DATABASE, values)
        if (match := _OWN_SCHEMA.match(statement))
    )


def signatures() -> list[Signature]:
    """Signatures of the external functions."""
    return [signature(text(name)) for name in _names() if name.startswith(_FUNCTIONS)]


def text(script: str) -> str:
    """Text of a script, with its placeholders."""
    if script == DROP_FUNCTIONS:
        return "".join(f"{drop(each.typed)}\n" for each in signatures())
    return (SCRIPTS_DIR / script).read_text()


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
    return _rendered(script, text(script), values)


def drops(functions: Iterable[str], values: Mapping[str, str]) -> list[str]:
    """Statements that remove functions, each given with the types of its arguments."""
    return _rendered(DROP_FUNCTIONS, "".join(f"{drop(each)}\n" for each in functions), values)


def _rendered(script: str, content: str, values: Mapping[str, str]) -> list[str]:
    try:
        return list(statements(render(content, values)))
    except SqlScriptError as error:
        raise CustomResourceError(f"{script}: {error}") from error


def _names() -> list[str]:
    return sorted(path.relative_to(SCRIPTS_DIR).as_posix() for path in SCRIPTS_DIR.rglob("*.sql"))
