"""The table of statement kinds: the first match wins, the unknown is refused."""

from itertools import islice

from snowflake_local.model.errors import SqlError
from snowflake_local.model.syntax import tokens
from snowflake_local.statements.kinds import (
    access,
    containers,
    data,
    external_functions,
    refused,
    session,
    tasks,
)
from snowflake_local.statements.statement_kind import StatementKind, Support

#: So many words decide the kind of any statement.
_HEAD_WORDS = 16

STATEMENTS: tuple[StatementKind, ...] = (
    *tasks.KINDS,
    *data.KINDS,
    *session.KINDS,
    *external_functions.KINDS,
    *access.KINDS,
    *containers.KINDS,
    *refused.KINDS,
)


def classify(statement: str) -> StatementKind:
    """The kind of a statement; raise SqlError if it is refused or unknown."""
    head = " ".join(token.keyword or token.text for token in islice(tokens(statement), _HEAD_WORDS))
    kind = next((kind for kind in STATEMENTS if kind.pattern.match(head)), None)
    if kind is None:
        beginning = " ".join(head.split()[:3])
        raise SqlError.unsupported(
            f"The local warehouse does not know statements that begin with '{beginning}': "
            "its COVERAGE.md lists those it knows."
        )
    if kind.support is Support.REFUSED:
        raise SqlError.unsupported(
            f"Not emulated by the local warehouse: {kind.name}; {kind.note}."
        )
    return kind
