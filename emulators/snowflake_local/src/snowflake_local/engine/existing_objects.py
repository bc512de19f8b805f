"""Databases, schemas, tables, views and stages that the database files hold."""

from duckdb import DuckDBPyConnection

from snowflake_local.access.securable import Securable
from snowflake_local.engine.fakesnow_adapter import GLOBAL_DATABASE_NAME, STAGES

_NOT_SNOWFLAKES = ("main", "information_schema", "pg_catalog")


def existing_objects(connection: DuckDBPyConnection) -> list[Securable]:
    """Every object of the account's databases, containers first."""
    schemas = connection.execute(
        "SELECT database_name, schema_name FROM duckdb_schemas() WHERE NOT internal"
    ).fetchall()
    relations = connection.execute(
        "SELECT table_type, table_catalog, table_schema, table_name FROM information_schema.tables"
    ).fetchall()
    stages = connection.execute(
        f"SELECT database_name, schema_name, name FROM {STAGES}"  # noqa: S608 - a constant
    ).fetchall()
    found = [Securable("DATABASE", (database,)) for database, _ in schemas]
    found += [Securable("SCHEMA", (database, schema)) for database, schema in schemas]
    for table_type, *parts in relations:
        kind = "VIEW" if table_type == "VIEW" else "TABLE"
        found.append(Securable(kind, tuple(parts)))
    found += [Securable("STAGE", tuple(parts)) for parts in stages]
    return [on for on in dict.fromkeys(found) if _is_snowflakes(on.parts)]


def _is_snowflakes(parts: tuple[str, ...]) -> bool:
    engine = {GLOBAL_DATABASE_NAME, "memory", "system", "temp"}
    is_inner = len(parts) > 1 and (parts[1] in _NOT_SNOWFLAKES or parts[1].startswith("_fs_"))
    return parts[0] not in engine and not is_inner
