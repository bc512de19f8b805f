"""Child processes that never outlive their parent, not even one that is killed with SIGKILL.

Each child runs under a small watchdog (`parent_watchdog.py`) in a process group of its own. The
watchdog holds the lifeline, a pipe from the parent: when the parent ends in whatever way, the
watchdog ends the group. The child's own standard input is such a pipe too, so that a service can
watch it.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

import psutil

from loopback import parent_watchdog

#: Seconds between SIGTERM and SIGKILL once the parent is gone.
ORPHAN_GRACE_SECONDS = 5.0
#: Start times are read from the kernel in ticks; two readings of one process agree to within this.
_START_TIME_TOLERANCE_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Environment, log, folder and open files of a child process."""

    #: All of its environment variables; nothing is inherited.
    environment: Mapping[str, str]
    #: File that receives standard output and error, appended; None: those of this process.
    log: Path | None = None
    working_directory: Path | None = None
    #: Open file descriptors that the child keeps under the same numbers.
    descriptors: tuple[int, ...] = ()
    #: Where the child's pid and start time are kept for `end_recorded`; None: nowhere.
    record: Path | None = None
    #: Seconds between SIGTERM and SIGKILL once this process is gone.
    orphan_grace: float = ORPHAN_GRACE_SECONDS


class Child:
    """A running child: its whole process group ends with it, and with this process."""

    def __init__(self, watchdog: "subprocess.Popen[bytes]", record: Path | None) -> None:
        self._watchdog = watchdog
        self._record = record

    @classmethod
    def start(cls, command: Sequence[str | Path], surroundings: Surroundings) -> Self:
        """Start `command`, a list of arguments whose first is the program.

        A program that cannot be started writes one sentence to its log and exits with 127.
        """
        interpreter = [sys.executable, "-I", "-S"]
        watchdog = [*interpreter, parent_watchdog.__file__, str(surroundings.orphan_grace)]
        output = _open_log(surroundings.log)
        try:
            process = subprocess.Popen(
                [*watchdog, *map(str, command)],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                env=dict(surroundings.environment),
                cwd=surroundings.working_directory,
                pass_fds=surroundings.descriptors,
                start_new_session=True,  # Ctrl-C in a terminal reaches the parent alone
            )
        finally:
            if output is not None:
                output.close()
        if surroundings.record is not None:
            write_record(surroundings.record, process.pid)
        return cls(process, surroundings.record)

    @property
    def pid(self) -> int:
        """Process id of the watchdog, which stands for the child."""
        return self._watchdog.pid

    def poll(self) -> int | None:
        """The exit code (128 + n after signal n), or None while the child runs."""
        return self._settle(self._watchdog.poll())

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the exit code; raise TimeoutError after `timeout` seconds."""
        try:
            return self._settle(self._watchdog.wait(timeout)) or 0
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"Process {self.pid} still runs after {timeout} seconds.") from None

    def listens_on(self, port: int) -> bool:
        """True if the child, or a process of its own, listens on this TCP port."""
        try:
            family = psutil.Process(self.pid).children(recursive=True)
            return any(
                connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
                for process in family
                for connection in process.net_connections("tcp")
            )
        except psutil.NoSuchProcess:  # it is ending
            return False

    def terminate(self) -> None:
        """Send SIGTERM to the child's process group."""
        self._watchdog.terminate()

    def kill(self) -> None:
        """Send SIGKILL to the child's process group."""
        try:
            self._lifeline.write(b"K")
            self._lifeline.flush()
        except (BrokenPipeError, ValueError):  # it has ended already
            return

    def stop(self, grace: float = 10.0) -> int:
        """SIGTERM, then SIGKILL after `grace` seconds; the exit code."""
        self.terminate()
        try:
            return self.wait(grace)
        except TimeoutError:
            self.kill()
            return self.wait()

    @property
    def _lifeline(self) -> IO[bytes]:
        if self._watchdog.stdin is None:  # it was started with a pipe
            raise ValueError("This child has no lifeline.")
        return self._watchdog.stdin

    def _settle(self, code: int | None) -> int | None:
        if code is None:
            return None
        self._close_lifeline()
        if self._record is not None:
            self._record.unlink(missing_ok=True)
        return 128 - code if code < 0 else code

    def _close_lifeline(self) -> None:
        try:
            self._lifeline.close()
        except BrokenPipeError:  # an unread order to a child that has ended
            return


def write_record(path: Path, pid: int) -> None:
    """Keep `pid` and its start time, so that a later life can tell it from a reused number."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        started = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return
    partial = path.with_name(path.name + ".partial")
    partial.write_text(json.dumps({"pid": pid, "started": started}))
    partial.replace(path)


def recorded(path: Path) -> psutil.Process | None:
    """The process that the record at `path` names, if that very process still runs."""
    try:
        record = json.loads(path.read_text())
        process = psutil.Process(record["pid"])
        same = abs(process.create_time() - record["started"]) < _START_TIME_TOLERANCE_SECONDS
    except (FileNotFoundError, json.JSONDecodeError, psutil.NoSuchProcess):
        return None
    return process if same else None


def end_recorded(path: Path, grace: float = ORPHAN_GRACE_SECONDS) -> bool:
    """End the process of an earlier life, its descendants too; True if there was one."""
    process = recorded(path)
    path.unlink(missing_ok=True)
    if process is None:
        return False
    family = [process, *_descendants(process)]
    _signal(process, signal.SIGTERM)
    _, alive = psutil.wait_procs(family, timeout=grace)
    for survivor in alive:
        _signal(survivor, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=grace)
    return True


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return


def _open_log(path: Path | None) -> IO[bytes] | None:
    if path is None:
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    # A log may show identifiers of films and users: its owner's alone.
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")
