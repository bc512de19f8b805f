"""The nightly loop: train, judge, promote, tell. Its order is the state machine's, not here."""
