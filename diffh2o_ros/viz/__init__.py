"""Pictures and films of an interaction."""
