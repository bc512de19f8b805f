"""Refusals of SageMaker, told apart; for the log, as no caller has caused them."""


class SageMakerError(Exception):
    """SageMaker refused a call for a reason that is no caller's fault."""


class MissingError(SageMakerError):
    """The named resource does not exist."""


class TakenError(SageMakerError):
    """A resource of this name exists already."""


class QuotaError(SageMakerError):
    """The account's quota does not allow the resource."""


class MalformedReplyError(SageMakerError):
    """An endpoint answered with something else than what its container promises."""
