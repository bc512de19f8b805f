"""The schedule of the nightly loop, in the time zone of those who sleep meanwhile."""

import json

from aws_cdk.aws_iam import PolicyStatement, Role
from aws_cdk.aws_scheduler import CfnSchedule
from aws_cdk.aws_stepfunctions import StateMachine
from constructs import Construct

from functions.retraining.states import run_input
from infra.constructs.service_trust import own_account_service
from infra.settings.model import RetrainingSettings
from infra.settings.settings import Settings

#: A night that could not begin is tried again for so long: then the next one is near enough.
_LATEST_SECONDS, _RETRIES = 6 * 3600, 20


class RetrainingSchedule(Construct):
    """Starts the state machine; off where the settings give no times."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        retraining: RetrainingSettings,
        machine: StateMachine,
    ) -> None:
        super().__init__(scope, construct_id)
        role = Role(
            self,
            "Role",
            assumed_by=own_account_service(self, "scheduler.amazonaws.com"),
            description="Starts the nightly loop",
        )
        # https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
        role.add_to_policy(
            PolicyStatement(
                actions=["states:StartExecution"], resources=[machine.state_machine_arn]
            )
        )
        CfnSchedule(
            self,
            "Schedule",
            name=settings.state_machine_name,
            description=f"Retrains {retraining.model}",
            schedule_expression=str(retraining.schedule),
            schedule_expression_timezone=retraining.time_zone,
            flexible_time_window=CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=CfnSchedule.TargetProperty(
                arn=machine.state_machine_arn,
                role_arn=role.role_arn,
                input=json.dumps(_run(retraining)),
                retry_policy=CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=_LATEST_SECONDS,
                    maximum_retry_attempts=_RETRIES,
                ),
            ),
        )


def _run(retraining: RetrainingSettings) -> dict[str, object]:
    return run_input(
        model_name=retraining.model,
        input_table=retraining.input_table,
        output_table=retraining.output_table,
        least_new_ratings=retraining.least_new_ratings,
    )
