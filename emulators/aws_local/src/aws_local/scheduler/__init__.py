"""EventBridge Scheduler: schedules of the settings, and the clock that they go by."""
