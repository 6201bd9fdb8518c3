"""The studio: a page on which people synthesize, compare, simulate and take away motions."""
