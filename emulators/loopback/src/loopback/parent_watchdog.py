"""Run one command, and end it when the process that asked for it is gone, killed or not.

Started by file name with `python -I -S`, so that it costs a few milliseconds: standard library
only, single-threaded. Its standard input is the lifeline: the byte `K` means kill at once, the end
of file means that the parent is gone. The command's exit code becomes its own, a signal's number
plus 128 as a shell has it.
"""

import contextlib
import ctypes
import os
import select
import signal
import sys
import time

_PR_SET_PDEATHSIG = 1
_COMMAND_NOT_STARTED = 127


def main(arguments: list[str]) -> int:
    """Run `arguments[1:]`; `arguments[0]` is the grace in seconds after the parent's end."""
    grace, command = float(arguments[0]), arguments[1:]
    wake, child_lifeline = _wake_on_signals(), os.pipe()
    watchdog = os.getpid()
    child = os.fork()
    if child == 0:
        _become(command, child_lifeline[0], watchdog)
    os.close(child_lifeline[0])
    return _watch(child, wake, grace)


def _wake_on_signals() -> int:
    read_end, write_end = os.pipe()
    os.set_blocking(read_end, False)
    os.set_blocking(write_end, False)
    signal.set_wakeup_fd(write_end)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
        signal.signal(number, lambda *_: None)
    return read_end


def _become(command: list[str], lifeline: int, watchdog: int) -> None:
    """In the forked child: a process group of its own, then the command itself."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    os.setpgid(0, 0)
    if sys.platform == "linux":
        # Even the watchdog may be killed; safe here, because it has one thread.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.dup2(lifeline, 0)
    try:
        if os.getppid() == watchdog:
            os.execvp(command[0], command)  # noqa: S606 - the watchdog's purpose
    except OSError as error:
        os.write(2, f"{command[0]} cannot be started: {error.strerror}.\n".encode())
    os._exit(_COMMAND_NOT_STARTED)


def _watch(child: int, wake: int, grace: float) -> int:
    lifelines = [wake, 0]
    deadline: float | None = None
    while True:
        wait = None if deadline is None else max(0.0, deadline - time.monotonic())
        ready, _, _ = select.select(lifelines, [], [], wait)
        if deadline is not None and time.monotonic() >= deadline:
            _signal_group(child, signal.SIGKILL)
            deadline = None
        if 0 in ready:
            order = os.read(0, 1)
            _signal_group(child, signal.SIGKILL if order else signal.SIGTERM)
            if not order:
                lifelines.remove(0)
                deadline = time.monotonic() + grace
        if wake in ready and signal.SIGTERM in os.read(wake, 64):
            _signal_group(child, signal.SIGTERM)
        if (code := _exit_code(child)) is not None:
            _signal_group(child, signal.SIGKILL)
            return code


def _exit_code(child: int) -> int | None:
    pid, status = os.waitpid(child, os.WNOHANG)
    if not pid:
        return None
    code = os.waitstatus_to_exitcode(status)
    return 128 - code if code < 0 else code


def _signal_group(child: int, number: signal.Signals) -> None:
    # The group may be gone, or not yet made: the child makes it before it becomes the command.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
