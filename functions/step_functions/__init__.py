"""Step Functions, as the functions of the API and of the nightly loop call it."""
