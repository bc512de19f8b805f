"""Rewrites of parsed statements where fakesnow would be silently wrong."""

import re
from collections.abc import Callable

from sqlglot import Expr, exp

from local.warehouse.sql_types import TEXT_MACRO

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

# write_pandas names its stage in quotes within quotes.
_QUOTED_STAGE = re.compile(r"""(FROM\s+)'@"?(\w+)"?'""", re.IGNORECASE)
_TEXT_TYPES = frozenset({exp.DataType.Type.VARCHAR, exp.DataType.Type.TEXT})


def command(statement: str) -> str:
    """Rewrite the text of a statement before it is parsed."""
    return _QUOTED_STAGE.sub(r"\1@\2", statement) if "'@" in statement else statement


def context_variable(function: str) -> str:
    """The session variable of DuckDB that holds a context function's value."""
    return f"snowreel_{function.lower()}"


def before_engine(expression: Expr) -> Expr:
    """Rewrite a parsed statement before fakesnow's own transforms."""
    if isinstance(expression, exp.Create) and str(expression.args.get("kind")).upper() == "TABLE":
        _drop_keys(expression)
    _replace(expression, tuple(_CONTEXT_EXPRESSIONS), _context_value)
    _replace(expression, exp.Bracket, _nested_path)
    return expression


def after_engine(expression: Expr) -> Expr:
    """Rewrite a statement after fakesnow's transforms, just before DuckDB gets it."""
    _replace(expression, (exp.Cast, exp.ToChar), _text_cast)
    return expression


def _replace(
    root: Expr, kinds: type[Expr] | tuple[type[Expr], ...], change: Callable[[Expr], Expr | None]
) -> None:
    for node in list(root.find_all(*(kinds if isinstance(kinds, tuple) else (kinds,)))):
        name = node.sql(dialect="snowflake").upper()
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
    """`v[0]['k']` as one JSON path: DuckDB would index the text of the inner value."""
    keys: list[Expr] = []
    inner: Expr = node
    while isinstance(inner, exp.Bracket) and len(inner.expressions) == 1:
        keys.insert(0, inner.expressions[0])
        inner = inner.this
    if len(keys) < 2 or isinstance(node.parent, exp.Bracket):
        return None
    if not all(isinstance(key, exp.Literal) for key in keys):
        return None
    path = exp.JSONPath(
        expressions=[
            exp.JSONPathRoot(),
            *(
                exp.JSONPathKey(this=key.name)
                if key.is_string
                else exp.JSONPathSubscript(this=int(key.name))
                for key in keys
            ),
        ]
    )
    return exp.JSONExtract(this=inner.copy(), expression=path)


def _text_cast(node: Expr) -> Expr | None:
    """A cast to VARCHAR that prints as Snowflake does: FLOAT 196 is `196`, not `196.0`."""
    if isinstance(node, exp.ToChar):
        if node.args.get("format") is not None:
            return None
    elif node.to.this not in _TEXT_TYPES:
        return None
    operand = node.this
    if isinstance(operand, (exp.Literal, exp.Null, exp.JSONExtractScalar, exp.Placeholder)):
        return None
    text = exp.Anonymous(this=TEXT_MACRO, expressions=[operand.copy()])
    has_length = isinstance(node, exp.Cast) and node.to.expressions
    return exp.Cast(this=text, to=node.to.copy()) if has_length else text


def _drop_keys(create: Expr) -> None:
    """PRIMARY, UNIQUE and FOREIGN KEY are declarations in Snowflake: DuckDB would enforce them."""
    schema = create.this
    if not isinstance(schema, exp.Schema):
        return
    required: set[str] = set()
    for node in list(schema.expressions):
        constraint = node.expressions[0] if isinstance(node, exp.Constraint) else node
        if isinstance(constraint, exp.PrimaryKey):
            required |= {key.name.upper() for key in constraint.expressions}
        if isinstance(constraint, (exp.PrimaryKey, exp.ForeignKey, exp.UniqueColumnConstraint)):
            node.pop()
    for column in schema.find_all(exp.ColumnDef):
        _drop_column_keys(column, required)


def _drop_column_keys(column: exp.ColumnDef, required: set[str]) -> None:
    kinds = {type(constraint.kind) for constraint in column.constraints}
    for constraint in list(column.constraints):
        if isinstance(
            constraint.kind,
            (exp.PrimaryKeyColumnConstraint, exp.UniqueColumnConstraint, exp.Reference),
        ):
            constraint.pop()
    is_key = exp.PrimaryKeyColumnConstraint in kinds or column.name.upper() in required
    if is_key and exp.NotNullColumnConstraint not in kinds:
        column.append("constraints", exp.ColumnConstraint(kind=exp.NotNullColumnConstraint()))
