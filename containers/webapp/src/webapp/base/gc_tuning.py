"""Tuning of the garbage collector: objects that live as long as the process are passed over.

Streamlit collects garbage at the end of every run of a page, and looks at every object for it: the
catalogue and all modules took longer than the page itself, while all other viewers waited.
"""

import gc


def freeze_survivors() -> None:
    """Collect garbage now, and keep the survivors out of later collections until the next call."""
    # Thawed first: survivors of the last call that have died since, pages that are closed, would
    # never be collected.
    gc.unfreeze()
    gc.collect()
    gc.freeze()
