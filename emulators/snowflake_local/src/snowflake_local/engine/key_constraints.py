"""Keys of a CREATE TABLE, which Snowflake keeps as a note and DuckDB would enforce."""

from sqlglot import Expr, exp


def drop_keys(create: Expr) -> None:
    """Take the keys out of a CREATE TABLE; the columns of its primary key are not null."""
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
