"""Readers of mesh files, one a format: what a file says whole, or one line that says why not."""
