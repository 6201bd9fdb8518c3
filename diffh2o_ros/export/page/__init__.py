"""A page that shows motions in a browser, offline: its content, and its script in src, built."""
