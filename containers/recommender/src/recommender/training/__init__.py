"""One training job: its hyperparameters, the fit of all models, the row that it leaves."""
