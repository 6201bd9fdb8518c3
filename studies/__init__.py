"""Studies of the method, one program each; README.md says how to run them."""
