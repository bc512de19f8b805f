"""Accounts of viewers: sign-up, sign-in, sessions, limits on attempts."""
