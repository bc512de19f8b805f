"""Rewrites of parsed statements where fakesnow would be silently wrong."""

import re
from collections.abc import Callable
from typing import Any

from sqlglot import Expr, exp

from snowflake_local.engine.fakesnow_adapter import pop_qmark_param
from snowflake_local.engine.key_constraints import drop_keys
from snowflake_local.engine.spellings import trim
from snowflake_local.model.errors import SqlError
from snowflake_local.model.sql_types import TEXT_MACRO
from snowflake_local.model.syntax import Reader

#: Context functions, as sqlglot parses them, that DuckDB answers with its own or not at all.
_CONTEXT_EXPRESSIONS: dict[type[Expr], str] = {
    exp.CurrentUser: "CURRENT_USER",
    exp.CurrentRole: "CURRENT_ROLE",
    exp.CurrentWarehouse: "CURRENT_WAREHOUSE",
    exp.CurrentAccount: "CURRENT_ACCOUNT",
    exp.CurrentSession: "CURRENT_SESSION",
    exp.CurrentRegion: "CURRENT_REGION",
    exp.CurrentDatabase: "CURRENT_DATABASE",
    exp.CurrentSchema: "CURRENT_SCHEMA",
}
#: Context functions whose values the session keeps in variables of DuckDB.
CONTEXT_FUNCTIONS = tuple(_CONTEXT_EXPRESSIONS.values())

#: The temporary table that holds the rows of an INSERT OVERWRITE for a moment.
STAGED_ROWS = "_STAGED_ROWS"

_BOUND_NAME = re.compile(r"\bIDENTIFIER\s*\(\s*\?\s*\)", re.IGNORECASE)
# write_pandas names its stage in quotes within quotes.
_MANAGED_ACCESS = re.compile(
    r"^(\s*CREATE\b[^'$]*?\bSCHEMA\b[^'$]*?)\s+WITH\s+MANAGED\s+ACCESS\b", re.IGNORECASE
)
_QUOTED_STAGE = re.compile(r"""(FROM\s+)'@((?:"?\w+"?\.){0,2}"?\w+"?)'""", re.IGNORECASE)
#: What DuckDB's own cast prints as Snowflake's does.
_PRINTED_ALIKE = (exp.Literal, exp.Null, exp.JSONExtractScalar, exp.Placeholder)
_TEXT_TYPES = frozenset({exp.DataType.Type.VARCHAR, exp.DataType.Type.TEXT})


def command(statement: str) -> str:
    """Rewrite the text of a statement before it is parsed."""
    # the parser would take a schema with managed access for a text that it need not understand
    statement = _MANAGED_ACCESS.sub(r"\1", statement, count=1)
    if "'@" not in statement:
        return statement
    return _QUOTED_STAGE.sub(lambda match: match[1] + "@" + match[2].replace('"', ""), statement)


def is_managed(statement: str) -> bool:
    """True for CREATE SCHEMA ... WITH MANAGED ACCESS."""
    return _MANAGED_ACCESS.match(statement) is not None


def bound_names(statement: str, binds: Any) -> str:
    """Put the names that IDENTIFIER(?) gives into a statement that the engine does not run."""
    names = iter(binds or ())
    return _BOUND_NAME.sub(lambda _: str(next(names)), statement)


def context_variable(function: str) -> str:
    """The session variable of DuckDB that holds a context function's value."""
    # views in database files of every version read it, so the name stays
    return f"snowreel_{function.lower()}"


def resolve_identifiers(expression: Expr, params: Any) -> None:
    """Put the names that IDENTIFIER() gives in their places, once, before a statement is split.

    Args:
        expression: The statement.
        params: Values to bind; those that IDENTIFIER(?) takes are removed.
    """
    for table in list(expression.find_all(exp.Table)):
        _resolve_identifier(table, params)
    if isinstance(expression, exp.Put) and expression.text("target") == "?" and params:
        expression.set("target", exp.Var(this=str(params.pop(0))))


def staged_overwrite(expression: Expr) -> list[Expr]:
    """INSERT OVERWRITE of a query as three statements; none if it is something else.

    The query may read the table that it overwrites, so its rows are set aside before the old ones
    go. Without that, fakesnow's DELETE and INSERT would leave nothing.
    """
    if not isinstance(expression, exp.Insert) or not expression.args.get("overwrite"):
        return []
    query = expression.expression
    if not isinstance(query, exp.Query):
        return []
    target = expression.this
    table = target.this if isinstance(target, exp.Schema) else target
    staged = exp.table_(STAGED_ROWS, db="temp")
    create = exp.Create(
        this=staged,
        kind="TABLE",
        replace=True,
        expression=query.copy(),
        properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
    )
    insert = expression.copy()
    insert.set("overwrite", None)
    insert.set("expression", exp.select("*").from_(staged.copy()))
    return [create, exp.Delete(this=table.copy()), insert]


def is_staged(expression: Expr) -> bool:
    """True if a statement inserts the rows that were set aside."""
    return isinstance(expression, exp.Insert) and any(
        table.name == STAGED_ROWS for table in expression.find_all(exp.Table)
    )


def before_engine(expression: Expr, last_query_id: str) -> Expr:
    """Rewrite a parsed statement before fakesnow's own transforms.

    Args:
        expression: The statement.
        last_query_id: What LAST_QUERY_ID() is.
    """
    for call in list(expression.find_all(exp.Anonymous)):
        if call.name.upper() == "LAST_QUERY_ID" and not call.expressions:
            call.replace(exp.Literal.string(last_query_id))
    if isinstance(expression, exp.Create) and str(expression.args.get("kind")).upper() == "TABLE":
        drop_keys(expression)
    _name_results(expression)
    for pair in list(expression.find_all(exp.PropertyEQ)):
        # {'key': 1}: the parser takes the key for a name, and names become upper case
        if isinstance(pair.parent, exp.Struct) and isinstance(pair.this, exp.Identifier):
            pair.set("this", exp.Literal.string(pair.this.name))
    _replace(expression, tuple(_CONTEXT_EXPRESSIONS), _context_value)
    _replace(expression, (exp.Bracket, exp.Dot), _nested_path)
    _replace(expression, exp.Trim, trim)
    for total in expression.find_all(exp.Sum):
        total.set("this", exp.Paren(this=total.this))
    return expression


def after_engine(expression: Expr, is_temporary: Callable[[list[str]], bool]) -> Expr:
    """Rewrite a statement after fakesnow's transforms, just before DuckDB gets it.

    Args:
        expression: The statement.
        is_temporary: Whether a qualified name means a temporary table.
    """
    for table in expression.find_all(exp.Table):
        created = table is created_temporary_table(expression)
        if table.db and (created or is_temporary(table_parts(table))):
            table.set("db", None)
            table.set("catalog", None)
    for total in expression.find_all(exp.Sum):
        _keep_type(total)
    _replace(expression, exp.Cast, _text_cast)
    _replace(expression, exp.ToChar, _text_function)
    return expression


def _name_results(expression: Expr) -> None:
    """Calls without an alias get their own text as column name, as in Snowflake: `COUNT(*)`."""
    if not isinstance(expression, exp.Select):
        return
    for result in list(expression.expressions):
        if isinstance(result, exp.Anonymous | exp.AggFunc):
            name = result.sql(dialect="snowflake").upper()
            result.replace(exp.alias_(result.copy(), name, quoted=True))


def _resolve_identifier(table: exp.Table, params: Any) -> None:
    """IDENTIFIER('"A"."B"."C"') as the three parts it names; fakesnow would take it for one."""
    inner = table.this
    if isinstance(inner, exp.DynamicIdentifier):
        argument = inner.this
    elif isinstance(inner, exp.Anonymous) and inner.name.upper() == "IDENTIFIER":
        argument = inner.expressions[0]
    else:
        return
    if isinstance(argument, exp.Placeholder):
        text = str(pop_qmark_param(params, argument.root(), argument))
    elif isinstance(argument, exp.Literal) and argument.is_string:
        text = argument.name
    else:
        return
    reader = Reader(text)
    parts = reader.parts()
    reader.end()
    if len(parts) > 3:
        raise SqlError.compilation(f"invalid identifier '{text}'", 904, "42000")
    identifiers = [exp.to_identifier(part, quoted=True) for part in reversed(parts)]
    for role, identifier in zip(("this", "db", "catalog"), identifiers, strict=False):
        table.set(role, identifier)


def created_temporary_table(expression: Expr) -> exp.Table | None:
    """The table that a CREATE TEMPORARY TABLE creates."""
    if not isinstance(expression, exp.Create) or expression.args.get("kind") != "TABLE":
        return None
    properties = expression.args.get("properties")
    if properties is None or properties.find(exp.TemporaryProperty) is None:
        return None
    table: exp.Table | None = expression.find(exp.Table)
    return table


def keep_to_session(created: Expr) -> None:
    """Let fakesnow note nothing about a temporary table.

    Its notes (lengths of texts, a comment) are the account's: they would be taken for those of a
    table of that name, and two sessions that make theirs at once would meet in them.
    """
    for note in ("text_lengths", "table_comment"):
        created.args.pop(note, None)


def table_parts(table: exp.Table) -> list[str]:
    """The parts of a table's name."""
    return [part for part in (table.catalog, table.db, table.name) if part]


def _replace(
    root: Expr, kinds: type[Expr] | tuple[type[Expr], ...], change: Callable[[Expr], Expr | None]
) -> None:
    nodes = root.find_all(*(kinds if isinstance(kinds, tuple) else (kinds,)))
    named = [(node, node.sql(dialect="snowflake").upper()) for node in nodes]
    for node, name in reversed(named):  # what is within another one comes first
        changed = change(node)
        if changed is None:
            continue
        if isinstance(node.parent, exp.Select) and node.arg_key == "expressions":
            changed = exp.alias_(changed, name, quoted=True, copy=False)
        node.replace(changed)


def _context_value(node: Expr) -> Expr:
    variable = context_variable(_CONTEXT_EXPRESSIONS[type(node)])
    return exp.func("getvariable", exp.Literal.string(variable))


def _nested_path(node: Expr) -> Expr | None:
    """`v[0]['k']` and `v[0].k` as one JSON path: DuckDB would index the text of the inner value."""
    if isinstance(node.parent, (exp.Bracket, exp.Dot)):
        return None
    steps: list[Expr] = []
    inner: Expr = node
    while (step := _step(inner)) is not None:
        steps.insert(0, step)
        inner = inner.this
    if len(steps) < 2 or isinstance(inner, (exp.Identifier, exp.Bracket, exp.Dot)):
        return None
    path = exp.JSONPath(expressions=[exp.JSONPathRoot(), *steps])
    return exp.JSONExtract(this=inner.copy(), expression=path)


def _step(node: Expr) -> Expr | None:
    """The last step of a path, if it is a constant."""
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Identifier):
        return exp.JSONPathKey(this=node.expression.name)
    if not isinstance(node, exp.Bracket) or len(node.expressions) != 1:
        return None
    key = node.expressions[0]
    if not isinstance(key, exp.Literal):
        return None
    if key.is_string:
        return exp.JSONPathKey(this=key.name)
    return exp.JSONPathSubscript(this=int(key.name))


def _keep_type(total: exp.Sum) -> None:
    """Integers add up to an integer: fakesnow would make them floats, and text NULL."""
    if isinstance(total.this, exp.TryCast) and isinstance(total.this.this, exp.Paren):
        total.set("this", total.this.this)


def _text_cast(node: Expr) -> Expr | None:
    """A cast to VARCHAR that prints as Snowflake does: FLOAT 196 is `196`, not `196.0`."""
    to = node.args["to"]
    if to.this not in _TEXT_TYPES or isinstance(node.this, _PRINTED_ALIKE):
        return None
    text = _text(node.this)
    return exp.Cast(this=text, to=to.copy()) if to.expressions else text


def _text_function(node: Expr) -> Expr | None:
    """TO_VARCHAR and TO_CHAR of one argument."""
    return None if node.args.get("format") is not None else _text(node.this)


def _text(operand: Expr) -> Expr:
    return exp.Anonymous(this=TEXT_MACRO, expressions=[operand.copy()])
