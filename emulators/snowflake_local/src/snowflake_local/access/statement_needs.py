"""Needs of the statements that the engine runs, read from the parsed statement.

Sources: the pages of the statements under https://docs.snowflake.com/en/sql-reference/sql and
https://docs.snowflake.com/en/user-guide/security-access-control-privileges.
"""

from collections.abc import Callable, Iterator

from sqlglot import Expr, exp

from snowflake_local.access.names import Names
from snowflake_local.access.requirement import Requirement, creation, need, owned, seen


def needs_of(expression: Expr, names: Names) -> list[Requirement]:
    """The privileges that a statement needs.

    Args:
        expression: The statement, parsed, IDENTIFIER() resolved.
        names: Resolves names, and knows what is temporary.
    """
    for kind, needs in _BY_KIND:
        if isinstance(expression, kind):
            found = list(dict.fromkeys(needs(expression, names)))
            return [*_compute(expression, found, names), *found]
    return []


def _query(expression: Expr, names: Names) -> Iterator[Requirement]:
    yield from _reads(expression, names, ())


def _insert(expression: Expr, names: Names) -> Iterator[Requirement]:
    target = _table_of(expression.this)
    yield from _on_relation(target, names, "INSERT")
    if expression.args.get("overwrite"):
        # https://docs.snowflake.com/en/sql-reference/sql/insert: OVERWRITE deletes rows
        yield from _on_relation(target, names, "DELETE")
    yield from _reads(expression, names, (target,))


def _update(expression: Expr, names: Names) -> Iterator[Requirement]:
    target = _table_of(expression.this)
    yield from _on_relation(target, names, "UPDATE")
    yield from _reads(expression, names, (target,))
    set_to = [each.expression for each in expression.expressions if isinstance(each, exp.EQ)]
    reads_columns = any(value.find(exp.Column) is not None for value in set_to)
    if reads_columns or next(expression.find_all(exp.Where), None) is not None:
        # Snowflake's page says nothing of reading the target: the stricter reading
        yield from _on_relation(target, names, "SELECT")


def _delete(expression: Expr, names: Names) -> Iterator[Requirement]:
    target = _table_of(expression.this)
    yield from _on_relation(target, names, "DELETE")
    yield from _reads(expression, names, (target,))
    if expression.args.get("where") is not None:
        yield from _on_relation(target, names, "SELECT")


def _merge(expression: Expr, names: Names) -> Iterator[Requirement]:
    target = _table_of(expression.this)
    yield from _on_relation(target, names, "SELECT")
    for when in expression.find_all(exp.When):
        then = when.args.get("then")
        verb = "INSERT" if isinstance(then, exp.Insert) else "DELETE"
        yield from _on_relation(target, names, "UPDATE" if isinstance(then, exp.Update) else verb)
    yield from _reads(expression, names, (target,))


def _truncate(expression: Expr, names: Names) -> Iterator[Requirement]:
    for table in expression.expressions:
        yield from _on_relation(table, names, "TRUNCATE")


def _copy(expression: Expr, names: Names) -> Iterator[Requirement]:
    target = _table_of(expression.this)
    yield from _on_relation(target, names, "INSERT")
    yield from _reads(expression, names, (target,))


def _put(expression: Expr, names: Names) -> Iterator[Requirement]:
    yield from _on_stage(str(expression.args["target"]), names, "WRITE")


def _list(expression: Expr, names: Names) -> Iterator[Requirement]:
    yield from _on_stage(str(expression.this), names, "READ")


def _create(expression: Expr, names: Names) -> Iterator[Requirement]:
    made = names.created(expression)
    if made is None:
        return
    target = _table_of(expression.this)
    temporary = names.is_temporary(expression)
    if not (temporary and made.kind == "TABLE"):
        # https://docs.snowflake.com/en/sql-reference/sql/create-table: temporary ones are free
        yield creation(made)
    if (temporary or expression.args.get("replace")) and names.knows(made):
        # https://docs.snowflake.com/en/user-guide/security-access-control-privileges, "Table
        # privileges": a temporary object hides the one of its name from the session
        yield owned(made)
    yield from _reads(expression, names, (target,))


def _alter(expression: Expr, names: Names) -> Iterator[Requirement]:
    relation = names.relation(_table_of(expression.this))
    if relation is not None:
        yield owned(relation)


def _comment(expression: Expr, names: Names) -> Iterator[Requirement]:
    kind = str(expression.args.get("kind")).upper()
    table = expression.find(exp.Table)
    on = None if table is None else names.named("TABLE" if kind == "COLUMN" else kind, table)
    if on is not None:
        yield owned(on)


def _drop(expression: Expr, names: Names) -> Iterator[Requirement]:
    for on in names.dropped(expression):
        yield owned(on)


def _describe(expression: Expr, names: Names) -> Iterator[Requirement]:
    table = expression.find(exp.Table)
    relation = None if table is None else names.relation(table)
    if relation is not None:
        yield seen(relation)


def _show(expression: Expr, names: Names) -> Iterator[Requirement]:
    scope, kind = expression.args.get("scope"), str(expression.args.get("scope_kind")).upper()
    if isinstance(scope, exp.Table) and kind in {"DATABASE", "SCHEMA"}:
        on = names.named(kind, scope)
        if on is not None:
            yield seen(on)


def _use(expression: Expr, names: Names) -> Iterator[Requirement]:
    kind = expression.args.get("kind")
    table = expression.this
    if isinstance(table, exp.Table):
        word = kind.name.upper() if kind else ("SCHEMA" if table.db else "DATABASE")
        on = names.named(word, table) if word in {"DATABASE", "SCHEMA"} else None
        if on is not None:
            yield seen(on)


_Needs = Callable[[Expr, Names], Iterator[Requirement]]
_BY_KIND: tuple[tuple[type[Expr], _Needs], ...] = (
    (exp.Insert, _insert),
    (exp.Update, _update),
    (exp.Delete, _delete),
    (exp.Merge, _merge),
    (exp.TruncateTable, _truncate),
    (exp.Copy, _copy),
    (exp.Put, _put),
    (exp.ListStage, _list),
    (exp.Create, _create),
    (exp.Alter, _alter),
    (exp.Comment, _comment),
    (exp.Drop, _drop),
    (exp.Describe, _describe),
    (exp.Show, _show),
    (exp.Use, _use),
    (exp.Query, _query),
)
#: Statements that a warehouse computes, where they touch any data.
_COMPUTED = (exp.Query, exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Copy)


def _compute(expression: Expr, found: list[Requirement], names: Names) -> list[Requirement]:
    is_query_made_table = (
        isinstance(expression, exp.Create)
        and str(expression.args.get("kind")).upper() == "TABLE"
        and expression.expression is not None
    )
    if not found or not (isinstance(expression, _COMPUTED) or is_query_made_table):
        return []
    return [need("USAGE", names.warehouse())]


def _reads(expression: Expr, names: Names, targets: tuple[exp.Table, ...]) -> Iterator[Requirement]:
    """SELECT on each table and view, READ on each stage, USAGE on each external function."""
    common = {cte.alias_or_name.upper() for cte in expression.find_all(exp.CTE)}
    for table in expression.find_all(exp.Table):
        if any(table is target for target in targets):
            continue
        if isinstance(table.this, exp.Var):
            yield from _on_stage(str(table.this), names, "READ")
        elif table.db or table.name.upper() not in common:
            yield from _on_relation(table, names, "SELECT")
    for call in expression.find_all(exp.Anonymous):
        for function in names.functions(call):
            yield need("USAGE", function)
        schema = names.information_schema_of(call)
        if schema is not None:
            yield seen(schema)


def _on_relation(table: exp.Table, names: Names, privilege: str) -> Iterator[Requirement]:
    schema = names.information_schema(table)
    if schema is not None:
        yield seen(schema)
        return
    relation = names.relation(table)
    if relation is not None:
        yield need(privilege, relation)


def _on_stage(text: str, names: Names, privilege: str) -> Iterator[Requirement]:
    stage = names.stage(text)
    if stage is not None:
        verbs = ("OWNERSHIP",) if stage.kind != "STAGE" else (privilege,)
        yield Requirement(verbs, stage)


def _table_of(target: Expr) -> exp.Table:
    inner = target.this if isinstance(target, exp.Schema) else target
    return inner if isinstance(inner, exp.Table) else exp.Table(this=inner)
