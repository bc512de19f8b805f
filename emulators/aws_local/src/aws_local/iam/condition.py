"""Condition operators, those that the emulator knows; a policy with another is refused.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from collections.abc import Callable, Mapping, Sequence

from aws_local.iam.pattern import matches_any

_IF_EXISTS = "IfExists"

Test = Callable[[Sequence[str], str], bool]


def _equals(values: Sequence[str], given: str) -> bool:
    return given in values


def _is_bool(values: Sequence[str], given: str) -> bool:
    return given.lower() in {value.lower() for value in values}


#: AWS's page: ArnEquals and ArnLike behave identically.
_OPERATORS: dict[str, Test] = {
    "StringEquals": _equals,
    "StringLike": matches_any,
    "ArnEquals": matches_any,
    "ArnLike": matches_any,
    "Bool": _is_bool,
}
#: Such an operator is true where the request has no such key, too.
_NEGATED: dict[str, Test] = {
    "StringNotEquals": _equals,
    "StringNotLike": matches_any,
    "ArnNotEquals": matches_any,
    "ArnNotLike": matches_any,
}


#: True where the request has no such key, if the value is `true`.
_NULL = "Null"


def check_operator(operator: str) -> None:
    """Raise ValueError unless the operator is known."""
    if operator.removesuffix(_IF_EXISTS) not in {*_OPERATORS, *_NEGATED} and operator != _NULL:
        raise ValueError(
            f"The condition operator {operator} is not emulated: add it to aws_local.iam.condition."
        )


def hold(conditions: Mapping[str, Mapping[str, Sequence[str]]], context: Mapping[str, str]) -> bool:
    """True if every condition holds.

    Args:
        conditions: Values by operator and key.
        context: The request's values by key, the keys in lower case: AWS tells no cases apart.
    """
    return all(
        _holds(operator, values, context.get(key.lower()))
        for operator, by_key in conditions.items()
        for key, values in by_key.items()
    )


def _holds(operator: str, values: Sequence[str], given: str | None) -> bool:
    if operator == _NULL:
        return _is_bool(values, str(given is None))
    name = operator.removesuffix(_IF_EXISTS)
    if given is None:
        return name in _NEGATED or name != operator
    if name in _NEGATED:
        return not _NEGATED[name](values, given)
    return _OPERATORS[name](values, given)
