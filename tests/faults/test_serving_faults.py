"""Programs and functions that are killed while others ask them: everybody gets a right answer."""

import signal
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil
import pytest

pytestmark = pytest.mark.thorough

ROWS = [[n, model, f"u{n % 33}", f"i{n % 23}"] for n in range(40) for model in ("films", "series")]


class Questions:
    """A program that asks the same again and again, as Snowflake does."""

    def __init__(self, integrator: Any) -> None:
        self._integrator = integrator
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self.answers: list[Any] = []
        self.statuses: set[int] = set()

    def _ask(self) -> None:
        while not self._ended.is_set():
            reply = self._integrator.post("/invoke", ROWS)
            self.statuses.add(reply.status)
            if reply.status == 200:
                self.answers.append(reply.values)

    @contextmanager
    def going_on(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._ended.set()
            self._thread.join(90)


@pytest.fixture
def quick_watch(set_timings: Any) -> None:
    """SageMaker looks after its servers more often than every five seconds."""
    set_timings(ping_interval_seconds=0.2, server_grace_seconds=0.5)


#: Versions that a roll-back can reach, the one in service included.
KEPT = 3


#: SIGSTOP makes a server that accepts connections and never answers: once, as it takes its time.
@pytest.mark.parametrize(
    ("number", "times"), [(signal.SIGKILL, 2), (signal.SIGTERM, 2), (signal.SIGSTOP, 1)]
)
def test_servers_that_end_are_replaced_and_nobody_notices(
    integrator: Any,
    cloud: Any,
    models: list[str],
    wait: Any,
    quick_watch: None,
    number: int,
    times: int,
) -> None:
    expected = integrator.finish("/invoke", ROWS).values
    questions = Questions(integrator)
    with questions.going_on():
        for _ in range(times):
            asked = len(questions.answers)
            wait(lambda asked=asked: len(questions.answers) > asked, "an answer")
            servers = cloud.programs("serve")
            for server in servers:
                server.send_signal(number)
            _, left = psutil.wait_procs(servers, timeout=40)
            assert not left
            wait(lambda: len(cloud.programs("serve")) == len(models), "servers that came back")
            asked = len(questions.answers)
            wait(lambda asked=asked: len(questions.answers) > asked, "an answer")
    # "not now" is what the function says itself; 502 or 504 would be said for it
    assert questions.statuses <= {200, 429}
    assert all(answer == expected for answer in questions.answers)
    assert len(cloud.programs("serve")) == len(models)


def test_an_update_is_not_noticed_but_by_its_answers(
    integrator: Any, cloud: Any, trainings: list[str], models: list[str]
) -> None:
    """While a model is updated every batch is answered, by the old one or the new one."""
    films = [row for row in ROWS if row[1] == "films"]
    old = integrator.finish("/invoke", films).values
    questions = Questions(integrator)
    with questions.going_on():
        for job in (trainings[1], trainings[0]):
            answer = integrator.finish("/deploy", [[0, "films", job]]).value
            assert (answer.get("status"), answer.get("training_job")) == ("InService", job)
            answers = integrator.finish("/invoke", films).values
            assert (answers == old) == (job == trainings[0])
    assert questions.statuses == {200}
    assert 1 < len(cloud.configs("films")) <= KEPT


def functions_of(cloud: Any, name: str) -> list[psutil.Process]:
    """Processes of a Lambda function."""
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if f"functions.{name}.handler" in (process.info["cmdline"] or [])
        and "parent_watchdog.py" not in " ".join(process.info["cmdline"])
        and process.cwd().startswith(str(cloud.stack.state_dir))
    ]


def kill_functions(cloud: Any, name: str, seconds: float, times: int) -> None:
    for _ in range(times):
        for process in functions_of(cloud, name):
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        time.sleep(seconds)


@pytest.mark.parametrize("seconds", [0.02, 0.05, 0.3])
def test_killed_functions_deploy_once(
    integrator: Any, cloud: Any, trainings: list[str], wait: Any, seconds: float
) -> None:
    """The function is killed between its calls, wherever it happens to be."""
    killer = threading.Thread(target=kill_functions, args=(cloud, "deploy", seconds, 12))
    killer.start()
    try:
        for job in trainings:  # a creation, then an update
            answer = integrator.finish("/deploy", [[0, "survivor", job]]).value
            assert (answer.get("status"), answer.get("training_job")) == ("InService", job)
    finally:
        killer.join()
    configs = cloud.configs("survivor")
    assert len(configs) == len(trainings)
    assert cloud.endpoints()["snowreel-local-survivor"] in configs
    removal = str(uuid.uuid4())
    removed = integrator.finish("/undeploy", [[0, "survivor"]], removal)
    assert removed.value["status"] == "Undeployed"
    assert cloud.configs("survivor") == []
    wait(lambda: "snowreel-local-survivor" not in cloud.endpoints(), "the deletion")
    assert integrator.finish("/undeploy", [[0, "survivor"]], removal) == removed
    unknown = integrator.finish("/undeploy", [[0, "survivor"]])
    assert unknown.error["code"] == "UnknownModel"


def test_killed_functions_train_once(integrator: Any, cloud: Any, ratings: str) -> None:
    before = cloud.jobs()
    killer = threading.Thread(target=kill_functions, args=(cloud, "train", 0.05, 12))
    killer.start()
    try:
        answer = integrator.finish("/train", [[0, ratings, "trained_once"]]).value
    finally:
        killer.join()
    assert answer.get("status") == "Completed", answer
    assert cloud.jobs() - before == {answer["training_job"]}


def test_killed_functions_answer_every_row(integrator: Any, cloud: Any, models: list[str]) -> None:
    expected = integrator.finish("/invoke", ROWS).values
    killer = threading.Thread(target=kill_functions, args=(cloud, "invoke", 0.2, 6))
    killer.start()
    try:
        while killer.is_alive():
            assert integrator.finish("/invoke", ROWS).values == expected
    finally:
        killer.join()
