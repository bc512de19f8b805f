"""A function of the API, stated once: Lambda code, gateway, documents and tests derive from it."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from types import UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from functions.answers import Refusal
from functions.arguments import Argument
from functions.batch import PENDING, Batch, Pending
from functions.error_codes import ErrorCode
from functions.errors import RefusedError, UnknownBatchError
from functions.external_function import Row
from functions.lambdas import LambdaName

#: Characters of a refusal in a row: SageMaker's reasons have up to 1,024 of them.
LONGEST_MESSAGE = 1300


class Example(NamedTuple):
    """Rows of a request, and of the answer it may get; tests check both."""

    rows: list[Any]
    answers: list[Any]


@dataclass(frozen=True, kw_only=True)
class Operation(ABC):
    """One external function: its resource takes a batch by POST and answers polling by GET."""

    path: str
    sql_function: str
    lambda_name: LambdaName
    #: In the order of the SQL signature.
    arguments: tuple[Argument, ...]
    #: Of these, how many at the end a row may leave out: NULL then. SQL has a signature for each.
    optional: int = 0
    #: A FLOAT has no room for an error in its row: the whole batch fails.
    returns: Literal["VARIANT", "FLOAT"] = "VARIANT"
    #: One batch is one piece of work, named by the batch id: more than one row is refused.
    single_row: bool = False
    #: Rows of a batch that are answered in time, whatever their size.
    most_rows: int = 10_000
    #: First line in the API's document, and what follows it there.
    summary: str
    description: str = ""
    example: Example
    #: Errors that a row can be refused with.
    errors: tuple[ErrorCode, ...] = ()
    #: Finds the work of a batch whose answer was 202; None: the function answers at once.
    poll_rule: Callable[[Batch], tuple[int, Any] | Pending] | None = None

    @property
    def argument_names(self) -> tuple[str, ...]:
        """Names of the arguments, in their order."""
        return tuple(argument.name for argument in self.arguments)

    @property
    def waits(self) -> bool:
        """True where the answer may be 202, and polling finds the work."""
        return self.poll_rule is not None

    @abstractmethod
    def answer(self, batch: Batch) -> list[Any] | Pending:
        """One value per row, in their order; Pending only where the function waits."""

    def poll(self, batch: Batch) -> tuple[int, Any] | Pending:
        """The work of a batch: its row number and value, once done."""
        if self.poll_rule is None:
            raise UnknownBatchError("This function answers at once: there is nothing to ask for.")
        return self.poll_rule(batch)

    @abstractmethod
    def answer_types(self) -> tuple[Any, ...]:
        """Types of a row's value, out of the annotations of the rule that makes it."""


@dataclass(frozen=True, kw_only=True)
class RowOperation(Operation):
    """A function with a rule for one row; a refusal stays in its row."""

    rule: Callable[[Batch, Row], Any]

    def answer(self, batch: Batch) -> list[Any] | Pending:
        """The rule's value for each row."""
        values = [attempt(self.rule, batch, row) for row in batch.rows]
        return PENDING if PENDING in values else values

    def answer_types(self) -> tuple[Any, ...]:
        """The rule's types, and the refusal of a row."""
        kinds = members_of(self.rule.__annotations__["return"])
        return (*(kind for kind in kinds if kind is not Pending), Refusal)


@dataclass(frozen=True, kw_only=True)
class BatchOperation(Operation):
    """A function with a rule for the batch as a whole, which refuses no row."""

    rule: Callable[[Batch], list[Any]]

    def answer(self, batch: Batch) -> list[Any] | Pending:
        """The rule's values."""
        return self.rule(batch)

    def answer_types(self) -> tuple[Any, ...]:
        """The type of the rule's values."""
        return get_args(self.rule.__annotations__["return"])


def members_of(kind: Any) -> tuple[Any, ...]:
    """The types that a union is made of; of any other type itself."""
    return get_args(kind) if get_origin(kind) in {Union, UnionType} else (kind,)


def refusal(error: RefusedError) -> Refusal:
    """The value of a row that is refused."""
    return {"error": {"code": error.code, "message": str(error)[:LONGEST_MESSAGE]}}


def attempt(rule: Callable[..., Any], *arguments: Any) -> Any:
    """The rule's value, or the refusal as the value of its row."""
    try:
        return rule(*arguments)
    except RefusedError as error:
        return refusal(error)
