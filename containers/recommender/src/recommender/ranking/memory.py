"""Free memory of the machine and of the container."""

import os
import re
from pathlib import Path

_MACHINE = Path("/proc/meminfo")
_LIMIT, _USED = Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")


def free_bytes() -> int:
    """Memory that this process may still take: the machine's, within the container's limit."""
    return min(_free_on_machine(), _free_in_container())


def _free_on_machine() -> int:
    if _MACHINE.exists():
        found = re.search(r"MemAvailable:\s*(\d+) kB", _MACHINE.read_text(encoding="ascii"))
        if found:
            return int(found[1]) << 10
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _free_in_container() -> int:
    limit = _LIMIT.read_text(encoding="ascii").strip() if _LIMIT.exists() else "max"
    if limit == "max":
        return _free_on_machine()
    return int(limit) - int(_USED.read_text(encoding="ascii"))
