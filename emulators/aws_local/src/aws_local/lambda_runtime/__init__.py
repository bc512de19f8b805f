"""Lambda: functions in processes of their own, one event at a time each."""
