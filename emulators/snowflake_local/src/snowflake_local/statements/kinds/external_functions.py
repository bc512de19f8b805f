"""External functions and the API integrations that permit them."""

from snowflake_local.statements import integrations, session_statements
from snowflake_local.statements.statement_kind import CREATE, DDL, DESCRIBE, StatementKind, emulated

KINDS: tuple[StatementKind, ...] = (
    emulated(
        "CREATE API INTEGRATION",
        CREATE + r"API INTEGRATION",
        "create api integration if not exists i api_provider = aws_api_gateway "
        "api_aws_role_arn = 'arn:aws:iam::123456789012:role/r' enabled = true "
        "api_allowed_prefixes = ('https://abc123.execute-api.us-east-1.amazonaws.com/')",
        integrations.create,
        effect=DDL,
        needs="CREATE INTEGRATION on the account",
    ),
    emulated(
        "ALTER INTEGRATION",
        r"ALTER (API )?INTEGRATION",
        "alter api integration i set enabled = true",
        integrations.alter,
        effect=DDL,
        needs="OWNERSHIP",
    ),
    emulated(
        "DROP INTEGRATION",
        r"DROP (API )?INTEGRATION",
        "drop integration if exists other",
        integrations.drop,
        effect=DDL,
        needs="OWNERSHIP",
    ),
    emulated(
        "SHOW INTEGRATIONS",
        r"SHOW (API )?INTEGRATIONS",
        "show integrations",
        session_statements.show_integrations,
    ),
    emulated(
        "DESCRIBE INTEGRATION",
        DESCRIBE + r"(API )?INTEGRATION",
        "describe integration i",
        integrations.describe,
        needs="any privilege on it",
    ),
    emulated(
        "CREATE EXTERNAL FUNCTION",
        CREATE + r"(SECURE )?EXTERNAL FUNCTION",
        "create or replace external function f(a varchar) returns variant api_integration = i "
        "as 'https://abc123.execute-api.us-east-1.amazonaws.com/v1/f'",
        lambda context, reader: context.functions.create(reader, context.resolve, context.access),
        effect=DDL,
        note="all options but translators; overloads must differ in their number of arguments",
        needs=(
            "CREATE FUNCTION on the schema, USAGE on the integration, OWNERSHIP of what it replaces"
        ),
    ),
    emulated(
        "DROP FUNCTION",
        r"DROP FUNCTION",
        "drop function if exists other(varchar)",
        lambda context, reader: context.functions.drop(reader, context.resolve, context.access),
        effect=DDL,
        needs="OWNERSHIP",
    ),
    emulated(
        "SHOW FUNCTIONS",
        r"SHOW (EXTERNAL |USER )?FUNCTIONS",
        "show external functions",
        session_statements.show_functions,
        note="external functions only",
    ),
    emulated(
        "DESCRIBE FUNCTION",
        DESCRIBE + r"FUNCTION",
        "describe function f(varchar)",
        lambda context, reader: context.functions.describe(reader, context.resolve, context.access),
        needs="any privilege on it",
    ),
)
