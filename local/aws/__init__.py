"""AWS on loopback: moto's services, kept on disk, and the API's gateway with its functions."""
