"""Text encoders, one file each: `text.registry` finds them by the names of the files."""
