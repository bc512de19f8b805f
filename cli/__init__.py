"""The command line `snowreel`, for the cloud and for the laptop."""
