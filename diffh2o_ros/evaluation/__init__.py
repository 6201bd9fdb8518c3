"""How good a motion is: exact figures of one interaction, and a table over many meshes."""
