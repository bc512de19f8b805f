"""Garbage collection that passes over what lives as long as the process.

Streamlit collects garbage at the end of every run of a page, and looks at every object for it: the
catalogue and all modules took longer than the page itself, while all other viewers waited.
"""

import gc


def spare_survivors() -> None:
    """Collect garbage now, and keep what is left out of later collections until the next call."""
    # Thawed first: what died since the last call, visits that are over, would never be collected.
    gc.unfreeze()
    gc.collect()
    gc.freeze()
