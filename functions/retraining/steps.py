"""The steps of a run, each of which may be taken again: what it made is found by the run's id.

A step takes the run and gives it back with what it found. A refusal ends the run with its
sentence; anything else that a step raises is for the state machine, which tries again.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from functions import telemetry, training
from functions.deployment_request import PromotionRequest, SecondEndpointRequest
from functions.errors import BusyError, RefusedError
from functions.gate_rule import WRONG_ANSWERS
from functions.judgement import figures
from functions.model_change import completed_job
from functions.model_versions import APPROVED, ModelVersion
from functions.names import check_model_name, work_name
from functions.promotion import reason
from functions.retraining import sentences
from functions.retraining.loop import Loop
from functions.retraining.pipelines import Pipelines
from functions.retraining.run import Outcome, Run
from functions.retraining.smoke_test import SmokeTest, smoke_test
from functions.telemetry import logger
from functions.training_request import TrainingRequest, stack_namespace

Step = Callable[[Loop, Run], Run]

#: Waits of a step, about a day; only jobs, which have a limit of their own, may take longer.
_MOST_WAITS = 66
_OWN_LIMIT = frozenset({"training", "judgement"})
#: Waits, some minutes, after which an endpoint in service that does not answer is a broken one.
_MOST_TRIES = 10


def begin(loop: Loop, run: Run) -> Run:
    """Begin the training, unless an earlier run of the same model is under way."""
    check_model_name(run.model_name)
    earlier = Pipelines(loop.executions).before(run.id, run.model_name)
    if earlier is not None:
        return run.ended("Skipped", sentences.under_way(run, earlier))
    if loop.candidates.find(run.model_name) is not None:
        # of a run that was stopped: this one is the only one now
        loop.candidates.remove(run.model_name)
    request = TrainingRequest.of_tables(
        (run.input_table, run.output_table),
        stack_namespace(loop.settings),
        batch_id=run.batch_id("training"),
        row=0,
        options=run.options,
    )
    training.start(loop.sagemaker, loop.settings, request, _threshold(loop, run))
    return run.done(
        training_job=work_name(loop.settings.prefix, request.batch_id),
        served=loop.deployments.endpoint(run.model_name) is not None,
    )


def follow_training(loop: Loop, run: Run) -> Run:
    """Wait for the training."""
    job = loop.sagemaker.training_job(run.training_job)
    if job is None or not training.is_finished(job):
        # one that has just been made may not be visible yet
        return run.waiting()
    if training.answer(job)["status"] == training.SKIPPED:
        return run.ended("Skipped", sentences.nothing_new(run, job))
    return run.done()


def compare(loop: Loop, run: Run) -> Run:
    """Compare the model with what serves on ratings newer than both; nothing serves yet: do not.

    A judgement that fails is as none: the gate goes by what the trainings recorded.
    """
    champion = loop.champion_job(run.model_name)
    if champion is None:
        return run.done()
    candidate = completed_job(loop.deployments, run.training_job)
    found = loop.judgements.find(candidate.name, champion.name)
    job = found or loop.judgements.begin(candidate, champion)
    if not training.is_finished(job):
        return run.waiting()
    drifts = int((figures(job) or {}).get("drifts", 0))
    telemetry.count_drifts(drifts)
    return run.done(drifts=drifts)


def ask_gate(loop: Loop, run: Run) -> Run:
    """Ask the gate about the model that was trained."""
    champion = loop.champion(run.model_name)
    if run.served and not champion:
        return run.ended("Refused", sentences.undeployed(run))
    candidate = completed_job(loop.deployments, run.training_job)
    version = loop.promotions.decide(run.model_name, candidate, force=False)
    decided = replace(
        run,
        champion=champion,
        version=version.package.number,
        gate=[rule.answer() for rule in version.rules],
    )
    if version.package.approval != APPROVED:
        return decided.ended("Refused", reason(version))
    return decided.done()


def bring_up_candidate(loop: Loop, run: Run) -> Run:
    """Deploy the model beside what serves, where nobody but the smoke test asks it."""
    candidates = loop.candidates
    request = SecondEndpointRequest(
        batch_id=run.batch_id("candidate"),
        row=0,
        kind="candidate",
        model_name=run.model_name,
        training_job=run.training_job,
    )
    return run.done() if candidates.advance(candidates.begin(request)) else run.waiting()


def test_candidate(loop: Loop, run: Run) -> Run:
    """Ask the candidate a hundred lists and estimates; a wrong one rejects its version."""
    tested = _tested(loop, run)
    versions = loop.promotions.versions
    version = loop.promotions.version(run.model_name, run.training_job)
    rules = [rule for rule in version.rules if rule.name != WRONG_ANSWERS] + [tested.rule]
    run = replace(run, gate=[rule.answer() for rule in rules])
    if tested.rule.passed:
        versions.note(version, tested.rule)
        return run.done()
    # first: whoever is rejected answers nobody
    loop.deployments.end_challenger(run.model_name, run.training_job)
    versions.decide(version, "failed", rules, version.judgement_job)
    return run.ended("Refused", sentences.failed_test(run, tested))


def clean_up(loop: Loop, run: Run) -> Run:
    """Remove the candidate's endpoint, and wait until its capacity is free again."""
    candidate = loop.candidates.find(run.model_name)
    if candidate is not None and candidate.config == _candidate_config(loop, run):
        loop.candidates.remove(run.model_name)
        return run.waiting()
    return run.done() if run.outcome is None else replace(run, progress="ended")


def promote(loop: Loop, run: Run) -> Run:
    """Bring the model into service, in the place of the one that it was compared with."""
    request = _promotion(run)
    if loop.deployments.find(request.batch_id) is None:
        run = _still_wanted(loop, run)
        if run.progress == "ended":
            return run
    config = loop.deployments.begin(request)
    if not loop.deployments.advance(config):
        return run.waiting()
    if loop.champion(run.model_name) != config.name:
        return run.ended("Promoted", sentences.replaced(run))
    version = loop.promotions.versions.find(run.model_name, run.training_job)
    return run.ended("Promoted", sentences.promoted(run, version, _before(loop, run)))


def finish(loop: Loop, run: Run) -> Run:
    """See that the run has an outcome, and that a mail can be made of it."""
    outcome = run.outcome or Outcome(status="Failed", message=sentences.failed(run))
    return replace(run, outcome=sentences.with_subject(outcome, run, loop.settings.prefix))


STEPS: Mapping[str, Step] = {
    "begin": begin,
    "training": follow_training,
    "judgement": compare,
    "gate": ask_gate,
    "candidate": bring_up_candidate,
    "smoke_test": test_candidate,
    "clean_up": clean_up,
    "promotion": promote,
    "finish": finish,
}


def take(step: str, loop: Loop, run: Run) -> Run:
    """Take a step; a refusal ends the run, and what is busy is waited for."""
    try:
        taken = STEPS[step](loop, run)
    except RefusedError as error:
        return _without(run, str(error))
    except BusyError as error:
        logger.info("%s has to wait: %s", step, error)
        taken = run.waiting()
    if taken.waits > _MOST_WAITS and step not in _OWN_LIMIT:
        return _without(run, sentences.too_late(run))
    return taken


def _without(run: Run, sentence: str) -> Run:
    """The run after a step that cannot be taken; what has its outcome goes on with that."""
    if run.outcome is None:
        return run.ended("Failed", sentence)
    logger.warning("%s", sentence)
    return replace(run, progress="ended")


def _still_wanted(loop: Loop, run: Run) -> Run:
    """The run before its promotion: asked again what has changed since the gate let it through."""
    if run.champion != loop.champion(run.model_name):
        run = ask_gate(loop, run)
    version = loop.promotions.version(run.model_name, run.training_job)
    if run.progress != "ended" and version.package.approval != APPROVED:
        return run.ended("Refused", sentences.rejected(run, version))
    return run


def _tested(loop: Loop, run: Run) -> SmokeTest:
    """The smoke test of the run's own candidate.

    Raises:
        BusyError: The endpoint of another run is in its place, or it does not answer yet.
    """
    candidate = loop.candidates.find(run.model_name)
    if candidate is None or candidate.config != _candidate_config(loop, run):
        raise BusyError("The candidate's endpoint is another run's.")
    try:
        return smoke_test(loop.inference, loop.settings.prefix, run.model_name)
    except BusyError as error:
        if run.waits < _MOST_TRIES:
            raise
        return SmokeTest([f"the endpoint does not answer ({error})"])


def _candidate_config(loop: Loop, run: Run) -> str:
    return work_name(loop.settings.prefix, run.batch_id("candidate"))


def _promotion(run: Run) -> PromotionRequest:
    return PromotionRequest(
        batch_id=run.batch_id("promotion"),
        row=0,
        model_name=run.model_name,
        training_job=run.training_job,
        force=False,
    )


def _threshold(loop: Loop, run: Run) -> dict[str, str]:
    """The hyperparameters that let the training end early; none for a model's first version."""
    known = loop.known_ratings(run.model_name) if run.least_new_ratings else None
    if known is None:
        return {}
    return {"least_new_ratings": str(run.least_new_ratings), "known_ratings": str(known)}


def _before(loop: Loop, run: Run) -> ModelVersion | None:
    """The version that the promoted one has replaced."""
    config = loop.sagemaker.endpoint_config(run.champion) if run.champion else None
    if config is None:
        return None
    return loop.promotions.versions.find(run.model_name, config.training_job)
