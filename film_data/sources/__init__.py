"""The sources of film data, a package each: how its files are read, and its raw tables."""
