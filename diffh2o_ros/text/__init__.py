"""Sentence encoders: all-MiniLM-L6-v2 by default, CLIP as an extra."""
