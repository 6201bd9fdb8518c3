"""Hands, one file each: `hands.loading` finds them by the names of the files."""
