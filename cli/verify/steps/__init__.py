"""The steps of a verification, by what they work on."""
