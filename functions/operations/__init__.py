"""Functions of the API, a module each: arguments, rule, answer, example, errors.

`routes.py` lists them. Standard library only, as infra makes the API from them.
"""
