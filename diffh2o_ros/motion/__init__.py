"""What the hands and the object do: interactions, target grasps and their features."""
