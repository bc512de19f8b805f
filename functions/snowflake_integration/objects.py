"""`Custom::SnowflakeObjects`: database, tables, views, external functions and grants.

A deletion drops the functions and leaves the data.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from functions.custom_resources.protocol import CustomResourceError, Request, Resource
from functions.snowflake_integration import scripts
from functions.snowflake_integration.account import account_of, last_session, refuse_to_strand
from functions.snowflake_integration.session import Session, StatementError, open_session


def _physical_id(properties: Mapping[str, Any]) -> str:
    schema = "{database}.{schema}".format_map(properties["Values"])
    return f"{account_of(properties)}.{schema}"


def _create_or_update(request: Request) -> dict[str, str]:
    values = request.properties["Values"]
    refuse_to_strand(request)
    with open_session(request.properties["Connection"]) as session:
        is_new = not _has_database(session, values["database"])
        try:
            _run_scripts(session, values, request.properties.get("AllowedSchemas", ()))
        except CustomResourceError:
            if is_new:
                # a failed deployment leaves nothing behind, and nobody can have put data there
                scripts.run(session, scripts.DROP_DATABASE, values)
            raise
        for statement in scripts.drops(_functions_gone(request), values):
            session.execute(statement)
    return {}


def _run_scripts(session: Session, values: Mapping[str, str], schemas: Iterable[str]) -> None:
    for script in scripts.object_scripts():
        scripts.run(session, script, values)
    # in a schema of somebody else its owner grants, by the same script: docs/deploy.md
    for schema in scripts.own_schemas(values).intersection(map(str.upper, schemas)):
        scripts.run(session, scripts.TRAINING_GRANTS, {**values, "schema": schema})


def _has_database(session: Session, name: str) -> bool:
    # the underscore in LIKE stands for any character
    rows = session.execute(f"show databases like '{name}'")
    return any(str(row["name"]).upper() == name.upper() for row in rows)


def _delete(request: Request) -> None:
    schema = "{database}.{schema}".format_map(request.properties["Values"])
    printed = f"python -m functions.snowflake_integration {scripts.DROP_FUNCTIONS}"
    leftover = f"the functions of {schema} (`{printed}` prints what drops them)"
    with last_session(request, leftover) as session:
        functions = _functions(request.properties)
        for statement in scripts.drops(functions, request.properties["Values"]):
            try:
                session.execute(statement)
            except StatementError as error:
                # IF EXISTS speaks of the function; its database may be gone as well
                if not error.is_missing_or_hidden:
                    raise


def _functions_gone(request: Request) -> list[str]:
    """Functions of the version before, or of one that is rolled back, that this one has not.

    Replacing a function leaves those of its name that take other types:
    https://docs.snowflake.com/en/developer-guide/udf-stored-procedure-naming-conventions
    """
    kept = set(_functions(request.properties))
    return [each for each in _functions(request.old_properties) if each not in kept]


def _functions(properties: Mapping[str, Any]) -> list[str]:
    """The functions of a version of the resource, each with the types of its arguments."""
    return list(properties.get("Functions", ()))


RESOURCE = Resource(physical_id=_physical_id, create_or_update=_create_or_update, delete=_delete)
