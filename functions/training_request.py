"""A batch that asks for a training: its tables resolved, its options checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from functions import error_codes
from functions.batch import Batch
from functions.errors import RefusedError
from functions.external_function import Row
from functions.names import shown
from functions.settings import TrainSettings
from functions.table_names import Namespace, TableName
from functions.training_options import read_options


@dataclass(frozen=True, kw_only=True)
class TrainingRequest:
    """Tables and options of a training, with the batch and the row that ask for it."""

    batch_id: str
    row: int
    #: Fully qualified, each part quoted where it needs it.
    input_table: str
    output_table: str
    options: Mapping[str, str]

    @classmethod
    def of_row(
        cls, batch: Batch, row: Row, settings: TrainSettings, *, options: Any = None
    ) -> Self:
        """The request in a row whose first arguments are the tables.

        Raises:
            RefusedError: A table's name or an option is malformed or not allowed.
        """
        return cls.of_tables(
            row.arguments[:2],
            namespace_of(batch, settings),
            batch_id=batch.id,
            row=row.number,
            options=options,
        )

    @classmethod
    def of_tables(
        cls,
        tables: Sequence[Any],
        namespace: Namespace,
        *,
        batch_id: str,
        row: int,
        options: Any = None,
    ) -> Self:
        """The request for a training on the first of two tables, whose lists go to the second.

        Raises:
            RefusedError: A table's name or an option is malformed or not allowed.
        """
        input_table, output_table = (
            namespace.resolve(_text(argument, what))
            for argument, what in zip(tables, ("input", "output"), strict=True)
        )
        if input_table.is_same_as(output_table):
            raise RefusedError(
                error_codes.SAME_TABLE,
                f"The output table {shown(tables[1])} is the input table: name another one, the"
                " output table's content is replaced.",
            )
        return cls(
            batch_id=batch_id,
            row=row,
            input_table=str(input_table),
            output_table=str(output_table),
            options=read_options(options),
        )

    def arguments(self) -> dict[str, str]:
        """Arguments that two equal requests have in common."""
        tables = {"input_table": self.input_table, "output_table": self.output_table}
        return {**self.options, **tables}


def resolved(batch: Batch, settings: TrainSettings, argument: Any, what: str) -> TableName:
    """The table that an argument names.

    Raises:
        RefusedError: The name is malformed, or the table is not allowed.
    """
    return namespace_of(batch, settings).resolve(_text(argument, what))


def namespace_of(batch: Batch, settings: TrainSettings) -> Namespace:
    """The places in which the tables of a batch are looked for."""
    return replace(
        stack_namespace(settings),
        current_database=batch.current("database"),
        current_schema=batch.current("schema"),
    )


def stack_namespace(settings: TrainSettings) -> Namespace:
    """The places in which tables are looked for outside of any session."""
    return Namespace(
        database=settings.database,
        default_schema=settings.schema,
        allowed_schemas=settings.allowed_schemas,
    )


def _text(argument: Any, what: str) -> str:
    if not isinstance(argument, str):
        raise RefusedError(
            error_codes.INVALID_TABLE_NAME,
            f"The {what} table is {shown(argument)}: give its name as text.",
        )
    return argument
