"""How fast the package is on this machine: every stage of a request, and what is expected of it."""
