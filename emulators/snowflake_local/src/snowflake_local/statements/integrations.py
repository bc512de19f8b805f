"""API integrations: which role Snowflake assumes and which addresses functions may call."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from snowflake_local.access.requirement import creation, owned, seen
from snowflake_local.access.securable import Securable
from snowflake_local.model.catalog_entry import Definition
from snowflake_local.model.errors import SqlError
from snowflake_local.model.statement_result import StatementResult
from snowflake_local.model.syntax import Reader
from snowflake_local.statements.context import StatementContext

_TEXT_OPTIONS = ("API_PROVIDER", "API_AWS_ROLE_ARN", "API_KEY", "COMMENT")
_PREFIX_OPTIONS = ("API_ALLOWED_PREFIXES", "API_BLOCKED_PREFIXES")
_REQUIRED = ("API_PROVIDER", "API_AWS_ROLE_ARN", "API_ALLOWED_PREFIXES", "ENABLED")
_PROVIDERS = frozenset(
    {
        "AWS_API_GATEWAY",
        "AWS_PRIVATE_API_GATEWAY",
        "AWS_GOV_API_GATEWAY",
        "AWS_GOV_PRIVATE_API_GATEWAY",
    }
)


def create(context: StatementContext, reader: Reader) -> StatementResult:
    """CREATE [OR REPLACE] API INTEGRATION [IF NOT EXISTS] name options."""
    catalog = context.catalog
    reader.expect("CREATE")
    replace = reader.accept("OR", "REPLACE")
    reader.expect("API", "INTEGRATION")
    if_not_exists = reader.accept("IF", "NOT", "EXISTS")
    name = reader.identifier()
    made = Securable("INTEGRATION", (name,))
    context.access.require(creation(made))
    if catalog.get("INTEGRATION", name) is not None:
        if not replace and if_not_exists:
            return StatementResult.status(f"{name} already exists, statement succeeded.")
        if not replace:
            raise SqlError.exists(name)
        context.access.require(owned(made))
    options = _read_options(reader)
    missing = [option for option in _REQUIRED if option not in options]
    if missing:
        raise SqlError.compilation(f"Missing option(s): [{', '.join(missing)}]", 1420, "42601")
    # A new integration has a new external id: the trust policy of the role no longer matches.
    identity = {
        "API_AWS_IAM_USER_ARN": context.settings.iam_user_arn,
        "API_AWS_EXTERNAL_ID": f"LOCAL_SFCRole=2_{secrets.token_urlsafe(20)}=",
        "CREATED_ON": datetime.now(UTC).isoformat(timespec="milliseconds"),
    }
    catalog.put("INTEGRATION", name, options | identity)
    context.access.created(made)
    return StatementResult.status(f"Integration {name} successfully created.")


def alter(context: StatementContext, reader: Reader) -> StatementResult:
    """ALTER [API] INTEGRATION [IF EXISTS] name {SET options | UNSET names}."""
    catalog = context.catalog
    reader.expect("ALTER")
    reader.accept("API")
    reader.expect("INTEGRATION")
    if_exists = reader.accept("IF", "EXISTS")
    name = reader.identifier()
    definition = catalog.get("INTEGRATION", name)
    if definition is None:
        if if_exists:
            return StatementResult.status("Statement executed successfully.")
        raise SqlError.missing("Integration", name)
    context.access.require(owned(Securable("INTEGRATION", (name,))))
    if reader.accept("UNSET"):
        catalog.put("INTEGRATION", name, _without(definition, reader))
    else:
        reader.expect("SET")
        catalog.put("INTEGRATION", name, {**definition, **_read_options(reader)})
    return StatementResult.status("Statement executed successfully.")


def drop(context: StatementContext, reader: Reader) -> StatementResult:
    """DROP [API] INTEGRATION [IF EXISTS] name."""
    catalog = context.catalog
    reader.expect("DROP")
    reader.accept("API")
    reader.expect("INTEGRATION")
    if_exists = reader.accept("IF", "EXISTS")
    name = reader.identifier()
    reader.end()
    if catalog.get("INTEGRATION", name) is None:
        if if_exists:
            return StatementResult.status(
                f"Drop statement executed successfully ({name} already dropped)."
            )
        raise SqlError.missing("Integration", name)
    on = Securable("INTEGRATION", (name,))
    context.access.require(owned(on))
    catalog.remove("INTEGRATION", name)
    context.access.dropped(on)
    return StatementResult.status(f"{name} successfully dropped.")


def show(context: StatementContext, like: Callable[[str], bool]) -> StatementResult:
    """SHOW [API] INTEGRATIONS [LIKE pattern]."""
    columns = ("name", "type", "category", "enabled", "comment", "created_on")
    return StatementResult.table(
        columns,
        [
            {
                "name": name,
                "type": "EXTERNAL_API",
                "category": "API",
                "enabled": _text(definition["ENABLED"]),
                "comment": definition.get("COMMENT", ""),
                "created_on": definition["CREATED_ON"],
            }
            for name, definition in context.catalog.all("INTEGRATION").items()
            if like(name) and context.access.sees(Securable("INTEGRATION", (name,)))
        ],
    )


def describe(context: StatementContext, reader: Reader) -> StatementResult:
    """{DESCRIBE | DESC} [API] INTEGRATION name."""
    catalog = context.catalog
    reader.take()
    reader.accept("API")
    reader.expect("INTEGRATION")
    name = reader.identifier()
    reader.end()
    definition = catalog.get("INTEGRATION", name)
    if definition is None:
        raise SqlError.missing("Integration", name)
    context.access.require(seen(Securable("INTEGRATION", (name,))))
    shown = {
        "ENABLED": ("Boolean", "false"),
        "API_KEY": ("String", ""),
        "API_PROVIDER": ("String", ""),
        "API_AWS_IAM_USER_ARN": ("String", ""),
        "API_AWS_ROLE_ARN": ("String", ""),
        "API_AWS_EXTERNAL_ID": ("String", ""),
        "API_ALLOWED_PREFIXES": ("List", "[]"),
        "API_BLOCKED_PREFIXES": ("List", "[]"),
        "COMMENT": ("String", ""),
    }
    return StatementResult(
        ("property", "property_type", "property_value", "property_default"),
        [
            (option, kind, _text(definition.get(option, "")), default)
            for option, (kind, default) in shown.items()
        ],
    )


def _read_options(reader: Reader) -> dict[str, Any]:
    options: dict[str, Any] = {}
    while not reader.at_end:
        option = reader.identifier()
        reader.expect("=")
        value = reader.option_value()
        options[option] = _checked(option, value)
    return options


def _checked(option: str, value: str | list[str]) -> Any:
    if option in _PREFIX_OPTIONS and isinstance(value, list):
        return value
    if option == "API_PROVIDER" and str(value).upper() not in _PROVIDERS:
        raise SqlError.compilation(
            f"The API provider {value} is not emulated: use one of {', '.join(sorted(_PROVIDERS))}."
        )
    if option == "ENABLED" and str(value).upper() in {"TRUE", "FALSE"}:
        return str(value).upper() == "TRUE"
    if option in _TEXT_OPTIONS and isinstance(value, str):
        return value
    raise SqlError.compilation(f"Invalid value {value!r} for property '{option}'.", 1008, "22023")


def _without(definition: Definition, reader: Reader) -> Definition:
    removed: set[str] = set()
    while not reader.at_end:
        removed.add(reader.identifier())
        reader.accept(",")
    required = removed & set(_REQUIRED)
    if required:
        raise SqlError.compilation(f"Cannot unset {', '.join(sorted(required))}.")
    return {option: value for option, value in definition.items() if option not in removed}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(value) if isinstance(value, list) else str(value)
