"""Services on loopback: listening sockets, child processes with a lifeline, Signature Version 4."""
