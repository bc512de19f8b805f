"""Objects of the account: integrations, external functions, what they call."""
