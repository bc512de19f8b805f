"""Kinds of statements, a module for each subject; within one, the first match wins."""
