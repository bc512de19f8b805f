"""Stacks: each is deployed as a whole and says which constructs it is made of."""
