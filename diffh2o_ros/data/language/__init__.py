"""The vocabulary and grammar from which task sentences are composed."""
