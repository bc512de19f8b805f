"""Histories of two models over a SageMaker in memory: after every step what serves is sound."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aws_fault import Killed
from deployed_models import config_of
from lambda_api import Api, Reply
from moved_clock import Clock
from sagemaker_double import PREFIX, SageMakerDouble

KEPT = 3
MODELS = ("films", "series")


@dataclass(frozen=True)
class Step:
    """A statement, new or sent again, and what SageMaker and the process do meanwhile."""

    path: str
    model: str
    letter: str
    force: bool
    share: float
    #: Number of an earlier statement, from the last; None: a new one.
    again: int | None
    polled: bool
    #: Call of SageMaker after which the process is killed.
    killed_after: int | None = None
    #: Status that an endpoint comes to; None: it goes on.
    outcome: str | None = "InService"


@dataclass
class History:
    """Statements so far, and configurations that have served."""

    api: Api
    aws: SageMakerDouble
    clock: Clock
    asked: list[tuple[str, list[Any]]] = field(default_factory=list)
    #: Model to its configuration in service, and to those that served before.
    serving: dict[str, str | None] = field(default_factory=dict)
    served: set[str] = field(default_factory=set)
    #: Model to the configuration of its endpoint, whatever its state.
    placed: dict[str, str | None] = field(default_factory=dict)
    #: Configuration to the one that was in its place when it was made.
    made_for: dict[str, str | None] = field(default_factory=dict)
    #: Configurations of roll-backs, to what was rejected when they were made.
    rejected_for: dict[str, set[str]] = field(default_factory=dict)
    rejected: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    let_through: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    #: The same of those who challenged alone.
    let_challenge: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    #: Splits of a model's users that were in force, and are no more.
    past_splits: set[str] = field(default_factory=set)
    splits: dict[str, str] = field(default_factory=dict)

    def take(self, step: Step) -> None:
        """Take a step, and look."""
        path, row, batch = self._statement(step)
        self.aws.killed_after = step.killed_after and len(self.aws.calls) + step.killed_after
        reply = self._send("POST", path, row, batch)
        self.aws.killed_after = None
        self.look()
        if step.outcome:
            self._settle(step.outcome)
            self.look()
        for _ in range(2 if step.polled else 0):
            if reply is not None and reply.status == 202:
                self.clock.now += 4
                reply = self._send("GET", path, row, batch)
                self.look()

    def end(self) -> None:
        """Send everything again until it is answered; then deploy each model once more."""
        for number in range(len(self.asked)):
            self._finish(number)
        for model in MODELS:
            assert self._job_of(f"{model}--challenger") != self._job_of(model), "of itself"
        for model in MODELS:
            for path, row in (
                ("/deploy", [model, f"{PREFIX}-{'f' * 24}"]),
                ("/challenge", [model, None, 0]),
                ("/challenge", [model, f"{PREFIX}-{'a' * 24}", 0.5, {"force": True}]),
            ):
                self.asked.append((path, row))
                self._finish(len(self.asked) - 1)

    def _finish(self, number: int) -> None:
        path, row = self.asked[number]
        for _ in range(9):
            reply = self._send("POST", path, row, f"batch {number}")
            self.look()
            if reply is not None and reply.status not in {202, 429}:
                return
            self._settle("InService")
            self.look()
        raise AssertionError(f"{path} {row} has no end: {reply}")

    def _statement(self, step: Step) -> tuple[str, list[Any], str]:
        if step.again is not None and self.asked:
            number = len(self.asked) - 1 - step.again % len(self.asked)
            return *self.asked[number], f"batch {number}"
        row: list[Any] = [step.model]
        if step.path in {"/deploy", "/promote"}:
            row.append(f"{PREFIX}-{step.letter * 24}")
        if step.path == "/promote":
            row.append({"force": step.force})
        if step.path == "/challenge":
            job = f"{PREFIX}-{step.letter * 24}" if step.share else None
            row += [job, step.share, {"force": step.force}]
        self.asked.append((step.path, row))
        return step.path, row, f"batch {len(self.asked) - 1}"

    def _send(self, method: str, path: str, row: list[Any], batch: str) -> Reply | None:
        name = config_of(batch)
        is_new = name not in self.aws.names("endpoint-config")
        placed, rejected = self.placed.get(row[0]), set(self.rejected[row[0]])
        self._let_through(path, row, is_new and method == "POST")
        try:
            if method == "GET":
                return self.api.get(path, batch=batch)
            reply = self.api.post(path, [[0, *row]], batch=batch)
        except Killed:
            return None
        finally:
            made = is_new and name in self.aws.names("endpoint-config")
            if made and path not in {"/undeploy", "/challenge"}:
                self.made_for[name] = placed
                if path == "/roll-back":
                    self.rejected_for[name] = rejected
        if reply.status == 200 and reply.value.get("status") == "Refused":
            self.rejected[row[0]].add(row[1])
        return reply

    def _let_through(self, path: str, row: list[Any], is_new: bool) -> None:
        by_hand = path == "/deploy" or (path == "/promote" and row[2]["force"])
        if by_hand and is_new:
            self.let_through[row[0]].add(row[1])
            self.rejected[row[0]].discard(row[1])
        if path == "/challenge" and row[1] and row[3]["force"] and is_new:
            self.let_challenge[row[0]].add(row[1])
            self.rejected[row[0]].discard(row[1])

    def _settle(self, outcome: str) -> None:
        self.clock.now += 4
        for name, endpoint in list(self.aws.resources["endpoint"].items()):
            is_new = endpoint["EndpointStatus"] == "Creating"
            if endpoint["EndpointStatus"] not in {"InService", "Failed"}:
                self.aws.settle(name, "Failed" if is_new and outcome == "rolled back" else outcome)

    # --- what must be so --------------------------------------------------------------------------

    def look(self) -> None:
        """See that what serves is sound."""
        for model in MODELS:
            endpoint = self.aws.resources["endpoint"].get(f"{PREFIX}-{model}")
            status = endpoint["EndpointStatus"] if endpoint else ""
            now = endpoint["EndpointConfigName"] if endpoint else None
            if status in {"InService", "Updating"} and now != self.serving.get(model):
                self._arrived(model, str(now))
            if endpoint is None:
                self.serving[model] = None
            self.placed[model] = now
            self._look_at_challenger(model)
            for name in self.chain(model):
                assert self._job(name) in self.aws.names("model"), "a kept version lost its model"

    def _look_at_challenger(self, model: str) -> None:
        endpoint = self.aws.resources["endpoint"].get(f"{PREFIX}-{model}--challenger")
        if endpoint is None or endpoint["EndpointStatus"] in {"Failed", "Deleting"}:
            return
        config, job = (name := endpoint["EndpointConfigName"]), self._job(name)
        assert job in self.aws.names("model"), "a challenger lost its model"
        assert config in self.aws.living_configs(), "a challenger was retired"
        split = self.aws.tags[endpoint["EndpointArn"]].get("snowreel:split", "")
        if not split:
            return
        if job.startswith(f"{PREFIX}-e"):
            allowed = self.let_through[model] | self.let_challenge[model]
            assert job in allowed, "what failed the gate challenges"
        assert job not in self._registered_as("Rejected", model), "what was rejected challenges"
        assert split not in self.past_splits, "a share that was changed is back"
        if self.splits.get(model, split) != split:
            self.past_splits.add(self.splits[model])
        self.splits[model] = split

    def _arrived(self, model: str, now: str) -> None:
        before, job = self.serving.get(model), self._job(now)
        assert now not in self.served, "what was replaced serves again"
        if self.placed.get(model) not in {None, now}:
            asked_about = self.made_for[now]
            assert asked_about == self.placed[model], "it was asked for while another one served"
        if job.startswith(f"{PREFIX}-e"):
            assert job in self.let_through[model], "what failed the gate serves"
        if now in self.rejected_for:
            assert job not in self.rejected_for[now], "a roll-back serves what was rejected"
            assert before is not None
            self.rejected[model].add(self._job(before))
        self.served.add(now)
        self.serving[model] = now

    def nothing_is_left_over(self) -> None:
        """See that each configuration serves, is kept, or is a receipt."""
        living = set()
        for model in MODELS:
            chain = list(self.chain(model))
            assert 1 <= len(chain) <= KEPT
            challenger = self.aws.resources["endpoint"][f"{PREFIX}-{model}--challenger"]
            living |= {*chain, challenger["EndpointConfigName"]}
        configs = self.aws.resources["endpoint-config"]
        receipts = {
            name
            for name in self.aws.living_configs()
            if configs[name]["ProductionVariants"][0]["VariantName"].startswith("Undeployed-")
        }
        assert self.aws.living_configs() - receipts == living
        assert self.aws.names("model") == {self._job(name) for name in living}

    def chain(self, model: str) -> Iterator[str]:
        """The configuration in service, and those kept behind it."""
        endpoint = self.aws.resources["endpoint"].get(f"{PREFIX}-{model}")
        name = endpoint["EndpointConfigName"] if endpoint else None
        met: set[str] = set()
        while name in self.aws.living_configs():
            assert name not in met, "the history has a cycle"
            met.add(name)
            yield name
            arn = self.aws.resources["endpoint-config"][name]["EndpointConfigArn"]
            name = self.aws.tags[arn].get("snowreel:previous-config", "")

    def _registered_as(self, approval: str, model: str) -> set[str]:
        return {
            package["ModelPackageDescription"]
            for package in self.aws.groups.get(f"{PREFIX}-{model}", ())
            if package["ModelApprovalStatus"] == approval
        }

    def _job_of(self, endpoint: str) -> str:
        """The training whose model an endpoint serves; its name where it serves none."""
        found = self.aws.resources["endpoint"].get(f"{PREFIX}-{endpoint}")
        is_there = found and found["EndpointStatus"] not in {"Deleting", "Failed"}
        return self._job(found["EndpointConfigName"]) if found and is_there else endpoint

    def _job(self, config: str) -> str:
        (variant,) = self.aws.resources["endpoint-config"][config]["ProductionVariants"]
        return str(variant["ModelName"])
