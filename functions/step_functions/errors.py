"""Refusals of Step Functions, told apart."""


class StepFunctionsError(Exception):
    """Step Functions refused a call."""


class TakenExecutionError(StepFunctionsError):
    """An execution of this name, with another input, is there."""


class MissingExecutionError(StepFunctionsError):
    """There is no such execution, or no such state machine."""
