"""A soak: a hundred trainings, deployments and updates while queries run on the local stack.

No query may fail, no endpoint, configuration, model or process may be left over, and no process may
grow. Prints a line for each round; exit code 1 when any of it fails.
"""

import argparse
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
from snowflake.connector.errors import Error

from benchmarks import measured_stack
from benchmarks.measured_stack import Integrator, memory, run, session
from functions.names import is_receipt
from local.stack import REGION, Stack

#: Models that are deployed in turn: after the first round of each, deployments are updates.
MODELS = 3
OPTIONS = {"algorithm": "svd", "n_factors": 10, "n_epochs": 3, "folds": 2, "ranking": "estimate"}
_QUERY = """
select count(*), count(invoke_model('soak-0', user_id, item_id))
from (select user_id, item_id from ratings limit 3000)
"""


@dataclass
class Queries:
    """Queries that run all the time."""

    stack: Stack
    ended: threading.Event = field(default_factory=threading.Event)
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Ask in SQL and over HTTP, on two threads, until the block ends."""
        threads = [threading.Thread(target=ask) for ask in (self._ask_in_sql, self._ask_by_http)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.ended.set()
            for thread in threads:
                thread.join()

    def _ask_in_sql(self) -> None:
        with session(self.stack) as analyst:
            while not self.ended.wait(0.2):
                try:
                    answer = run(analyst, _QUERY)
                except Error as error:
                    self.failures.append(f"SQL: {error}")
                    continue
                self._count("sql", answer == [(3000, 3000)], answer)

    def _ask_by_http(self) -> None:
        integrator = Integrator(self.stack)
        try:
            while not self.ended.wait(0.1):
                rows = [[n, "soak-0", f"u{n}", 10] for n in range(20)]
                answer = integrator.ask("POST", "/recommend", rows, str(uuid.uuid4()))
                good = answer.status == 429 or (
                    answer.status == 200
                    and all(len(list_) == 10 for _, list_ in answer.body["data"])
                )
                self._count("http", good, answer)
        finally:
            integrator.close()

    def _count(self, kind: str, good: bool, answer: Any) -> None:
        self.counts[kind] += 1
        if not good:
            self.failures.append(f"{kind}: {str(answer)[:300]}")


def main() -> int:
    """Run the rounds; exit code 1 when something failed, is left over or has grown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=100)
    rounds = parser.parse_args().rounds
    with measured_stack.measured_stack() as stack:
        integrator, queries = Integrator(stack), Queries(stack)
        _round(integrator, 0)
        with queries.going_on():
            before = _rounds(integrator, rounds)
        after = memory()
        integrator.close()
        missed = [*queries.failures[:5], *_left_over(stack, min(rounds, MODELS))]
    print(f"\nqueries: {dict(queries.counts)}, failures: {len(queries.failures)}")
    missed += measured_stack.print_memory(before, after)
    print("\n".join(missed))
    return 1 if missed else 0


def _rounds(integrator: Integrator, rounds: int) -> dict[str, float]:
    """Run all rounds; return the memory once each model was updated."""
    before: dict[str, float] = {}
    for number in range(1, rounds):
        started = time.perf_counter()
        _round(integrator, number)
        print(f"round {number + 1} of {rounds}: {time.perf_counter() - started:.1f} s", flush=True)
        if not before and (number >= 3 * MODELS or number == rounds - 1):
            before = memory()
    return before or memory()


def _round(integrator: Integrator, number: int) -> None:
    """A training and its deployment; now and then a model is removed and comes back."""
    started = integrator.value(
        "/start-training", "ratings", f"soak_{number % MODELS}", OPTIONS | {"seed": number}
    )
    job = started["training_job"]
    while integrator.value("/training-status", job)["status"] != "Completed":
        time.sleep(0.1)
    model = f"soak-{number % MODELS}"
    if number % 10 == 7 and model != "soak-0":
        integrator.value("/undeploy", model)
    answer = integrator.value("/deploy", model, job)
    if answer["status"] != "InService" or answer["training_job"] != job:
        raise measured_stack.BenchmarkError(f"The deployment of {model} answered {answer}.")


def _left_over(stack: Stack, models: int) -> Iterator[str]:
    """Resources left over or missing after the soak."""
    key = stack.credentials["integrator"]
    sagemaker = boto3.client(
        "sagemaker",
        region_name=REGION,
        endpoint_url=stack.sagemaker_endpoint_url,
        aws_access_key_id=key.aws_access_key_id,
        aws_secret_access_key=key.aws_secret_access_key,
    )
    running = Counter(label for label, _ in measured_stack.processes())
    counts = {
        "endpoints": len(sagemaker.list_endpoints(MaxResults=100)["Endpoints"]),
        "configurations": len(list(_configurations(sagemaker))),
        "models": len(sagemaker.list_models(MaxResults=100)["Models"]),
        "servers": running["serve"],
    }
    for what, count in counts.items():
        if count != models:
            yield f"Missed: there are {count} {what} for {models} models."
    if running["train"]:
        yield f"Missed: {running['train']} training programs still run."


def _configurations(sagemaker: Any) -> Iterator[str]:
    """Names of the endpoint configurations, without the receipts of undeployments."""
    for page in sagemaker.get_paginator("list_endpoint_configs").paginate():
        for listed in page["EndpointConfigs"]:
            name = listed["EndpointConfigName"]
            found = sagemaker.describe_endpoint_config(EndpointConfigName=name)
            if not is_receipt(found["ProductionVariants"][0]["VariantName"]):
                yield name


if __name__ == "__main__":
    sys.exit(main())
