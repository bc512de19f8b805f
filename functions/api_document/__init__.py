"""The API's OpenAPI document, made from the handlers' own tables and types.

Not part of the Lambda functions' code: their asset holds the modules beside this package only.
"""
