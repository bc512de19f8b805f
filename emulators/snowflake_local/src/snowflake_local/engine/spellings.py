"""Spellings of Snowflake's that DuckDB reads differently, or not at all."""

from sqlglot import Expr, exp

_TRIMS = {"LEADING": "LTRIM", "TRAILING": "RTRIM"}


def one_column_each(expression: Expr) -> list[Expr]:
    """ALTER TABLE ... DROP COLUMN of several as statements of one each; none if it is no such.

    https://docs.snowflake.com/en/sql-reference/sql/alter-table
    """
    actions = expression.args.get("actions") or [] if isinstance(expression, exp.Alter) else []
    if len(actions) != 1 or not isinstance(actions[0], exp.Drop):
        return []
    columns = actions[0].args.get("tables") or []
    if len(columns) < 2:
        return []
    return [_dropping(expression, column) for column in columns]


def name_sources(expression: Expr) -> None:
    """Let the values that a MERGE inserts be the source's: no row of the target is there to ask.

    https://docs.snowflake.com/en/sql-reference/sql/merge
    """
    if not isinstance(expression, exp.Merge):
        return
    source = expression.args["using"].alias_or_name
    for insert in expression.find_all(exp.Insert):
        if insert.expression is not None and source:
            for column in insert.expression.find_all(exp.Column):
                if not column.table:
                    column.set("table", exp.to_identifier(source))


def trim(node: Expr) -> Expr:
    """TRIM, LTRIM or RTRIM: fakesnow would trim blanks at both ends, whatever it was asked for.

    https://docs.snowflake.com/en/sql-reference/functions/rtrim
    """
    name = _TRIMS.get(node.text("position").upper(), "TRIM")
    text = exp.cast(node.this.copy(), exp.DataType.Type.VARCHAR)
    characters = node.args.get("expression")
    return exp.Anonymous(
        this=name, expressions=[text] if characters is None else [text, characters.copy()]
    )


def _dropping(expression: Expr, column: Expr) -> Expr:
    one = expression.copy()
    one.args["actions"][0].set("tables", [column.copy()])
    return one
