"""The nightly loop: a state machine, a schedule, and a topic that says what happened."""

from typing import Any

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from infra.constructs.mailed_topic import mailed_topic
from infra.constructs.retraining_machine import RetrainingMachine
from infra.constructs.retraining_schedule import RetrainingSchedule
from infra.constructs.unfinished_runs import tell_of_unfinished_runs
from infra.settings.model import RetrainingSettings
from infra.settings.settings import Settings


class RetrainingStack(Stack):
    """State machine, topic and schedule; only where `retraining` is set. Idle, it costs nothing."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        retraining: RetrainingSettings,
        **options: Any,
    ) -> None:
        super().__init__(scope, construct_id, **options)
        lost = "A mail that is lost leaves its sentence in the execution: pipeline_status tells it."
        topic = mailed_topic(self, "Outcomes", retraining.email, lost=lost)
        machine = RetrainingMachine(self, "Machine", settings=settings, topic=topic)
        tell_of_unfinished_runs(self, machine.machine, topic)
        if retraining.schedule is not None:
            RetrainingSchedule(
                self,
                "Nightly",
                settings=settings,
                retraining=retraining,
                machine=machine.machine,
            )
        CfnOutput(self, "OutcomeTopicArn", value=topic.topic_arn)
