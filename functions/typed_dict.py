"""`TypedDict`, in the form that pydantic can read where it makes the API's document of it.

Before Python 3.12 pydantic takes that of typing_extensions alone. It brings this package along, so
where there is none, nobody misses it: infra reads the operations with the standard library only.
"""

from typing import TYPE_CHECKING

__all__ = ["TypedDict"]

if TYPE_CHECKING:
    from typing import TypedDict
else:
    try:
        from typing_extensions import TypedDict
    except ImportError:
        from typing import TypedDict
