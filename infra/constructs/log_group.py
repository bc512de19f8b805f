"""Log groups with a retention in days, which go with their stack."""

from aws_cdk import RemovalPolicy
from aws_cdk.aws_logs import LogGroup, RetentionDays
from constructs import Construct

#: The retentions that settings may name, in days.
RETENTIONS = {
    7: RetentionDays.ONE_WEEK,
    14: RetentionDays.TWO_WEEKS,
    30: RetentionDays.ONE_MONTH,
    60: RetentionDays.TWO_MONTHS,
    90: RetentionDays.THREE_MONTHS,
    180: RetentionDays.SIX_MONTHS,
    365: RetentionDays.ONE_YEAR,
    731: RetentionDays.TWO_YEARS,
}


def log_group(scope: Construct, construct_id: str, days: int, name: str | None = None) -> LogGroup:
    """A log group that keeps its events for `days` days.

    Args:
        scope: Where it belongs.
        construct_id: Its role there.
        days: One of RETENTIONS.
        name: Only where a service insists on one.
    """
    return LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        retention=RETENTIONS[days],
        removal_policy=RemovalPolicy.DESTROY,
    )
