"""Procedural data: objects, grasps, motions, sentences, and the data set made of them."""
