"""Children end with their parent, however it ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from loopback import processes
from loopback.processes import Child, Surroundings

STUBBORN = (
    "import signal, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('up', flush=True); time.sleep(60)"
)
FAMILY = (
    "import subprocess,sys,time\n"
    "c = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "print('up', c.pid, flush=True); time.sleep(60)"
)
PARENT = (
    "import sys, time, pathlib\n"
    "from loopback.processes import Child, Surroundings\n"
    "child = Child.start([sys.executable, '-c', sys.argv[1]],\n"
    "    Surroundings(environment={}, log=pathlib.Path(sys.argv[2]), orphan_grace=0.2))\n"
    "print(child.pid, flush=True); time.sleep(60)"
)


def surroundings(tmp_path: Path, **more) -> Surroundings:
    return Surroundings(environment={"PATH": os.environ["PATH"]}, log=tmp_path / "log", **more)


def wait_for(condition, seconds: float = 15.0):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "nothing happened before the deadline"
        time.sleep(0.01)
    return value


def line(path: Path, start: str) -> str | None:
    text = path.read_text() if path.exists() else ""
    return next((row for row in text.splitlines() if row.startswith(start)), None)


def test_exit_code_and_output_are_the_commands(tmp_path):
    child = Child.start(
        [sys.executable, "-c", "print('hello'); raise SystemExit(7)"], surroundings(tmp_path)
    )
    assert child.wait(15) == 7
    assert (tmp_path / "log").read_text() == "hello\n"
    assert (tmp_path / "log").stat().st_mode & 0o077 == 0


def test_environment_is_exactly_what_was_given(tmp_path, monkeypatch):
    monkeypatch.setenv("LEAKED", "yes")
    given = Surroundings(environment={"ONLY": "this", "LC_CTYPE": "C.UTF-8"}, log=tmp_path / "log")
    Child.start([sys.executable, "-c", "import os; print(sorted(os.environ))"], given).wait(15)
    assert (tmp_path / "log").read_text() == "['LC_CTYPE', 'ONLY']\n"


def test_a_missing_program_is_one_sentence(tmp_path):
    child = Child.start([tmp_path / "absent"], surroundings(tmp_path))
    assert child.wait(15) == 127
    assert (
        tmp_path / "log"
    ).read_text() == f"{tmp_path}/absent cannot be started: No such file or directory.\n"


def test_stop_kills_what_ignores_the_polite_signal(tmp_path):
    child = Child.start([sys.executable, "-c", STUBBORN], surroundings(tmp_path))
    wait_for(lambda: line(tmp_path / "log", "up"))
    assert child.poll() is None
    assert child.stop(grace=0.2) == 128 + signal.SIGKILL


def test_stop_ends_grandchildren_too(tmp_path):
    child = Child.start([sys.executable, "-c", FAMILY], surroundings(tmp_path))
    grandchild = int(wait_for(lambda: line(tmp_path / "log", "up")).split()[1])
    assert child.stop() == 128 + signal.SIGTERM
    wait_for(lambda: not psutil.pid_exists(grandchild))


@pytest.mark.parametrize("program", [STUBBORN, FAMILY], ids=["stubborn", "family"])
def test_children_end_when_the_parent_is_killed(tmp_path, program):
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            PARENT,
            program,
            str(tmp_path / "log"),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    watchdog = psutil.Process(int(parent.stdout.readline()))
    wait_for(lambda: line(tmp_path / "log", "up"))
    family = [watchdog, *watchdog.children(recursive=True)]
    assert len(family) >= 2
    parent.kill()
    parent.wait()
    parent.stdout.close()
    _, alive = psutil.wait_procs(family, timeout=15)
    assert alive == []


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells a child of its parent's death"
)
def test_a_killed_watchdog_takes_the_child_along(tmp_path):
    child = Child.start([sys.executable, "-c", STUBBORN], surroundings(tmp_path))
    wait_for(lambda: line(tmp_path / "log", "up"))
    family = psutil.Process(child.pid).children(recursive=True)
    os.kill(child.pid, signal.SIGKILL)
    assert child.wait(15) == 128 + signal.SIGKILL
    _, alive = psutil.wait_procs(family, timeout=15)
    assert alive == []


def test_the_standard_input_of_a_child_is_a_lifeline(tmp_path):
    child = Child.start(
        [
            sys.executable,
            "-c",
            "import sys; print('up', flush=True); sys.stdin.read(); print('parent gone')",
        ],
        surroundings(tmp_path),
    )
    wait_for(lambda: line(tmp_path / "log", "up"))
    assert child.poll() is None
    child.stop()


def test_recorded_process_of_an_earlier_life_is_ended(tmp_path):
    record = tmp_path / "pids" / "it.json"
    child = Child.start([sys.executable, "-c", STUBBORN], surroundings(tmp_path, record=record))
    wait_for(lambda: line(tmp_path / "log", "up"))
    recorded = processes.recorded(record)
    assert recorded is not None
    assert recorded.pid == child.pid
    family = psutil.Process(child.pid).children(recursive=True)
    assert processes.end_recorded(record, grace=0.2) is True
    assert not record.exists()
    child.wait(15)
    _, alive = psutil.wait_procs(family, timeout=15)
    assert alive == []
    assert processes.end_recorded(record) is False


def test_a_reused_pid_is_left_alone(tmp_path):
    record = tmp_path / "it.json"
    record.write_text(f'{{"pid": {os.getpid()}, "started": 1.0}}')
    assert processes.end_recorded(record) is False


def test_a_child_that_ends_removes_its_record(tmp_path):
    record = tmp_path / "it.json"
    child = Child.start(["true"], surroundings(tmp_path, record=record))
    assert child.wait(15) == 0
    assert not record.exists()
