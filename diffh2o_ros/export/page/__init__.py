"""A page that shows motions in a browser, offline: what is in it, and its script (`src`, `built`)."""
