"""Constructs: each is one thing in AWS with the rights it needs; stacks put them together."""
