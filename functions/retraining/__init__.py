"""The nightly loop: train, compare, promote, tell. Its order is the state machine's, not here."""
