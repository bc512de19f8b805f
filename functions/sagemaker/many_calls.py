"""Calls of the control plane for each of many names, several at once.

A call in series takes a tenth of a second, and a request has seconds only: a stack of some hundred
models could not be looked through.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

#: Below the rate at which SageMaker throttles Describe calls, and boto3's pool of connections.
_AT_ONCE = 8

Found = TypeVar("Found")


def of_each(find: Callable[[str], Found | None], names: Iterable[str]) -> list[Found]:
    """The finds for each name, in their order, without those that are not there.

    Raises:
        Exception: Whatever `find` raised for the first of the names.
    """
    listed = list(names)
    if len(listed) < 2:
        found = [find(name) for name in listed]
    else:
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="many-calls") as pool:
            found = list(pool.map(find, listed))
    return [each for each in found if each is not None]
