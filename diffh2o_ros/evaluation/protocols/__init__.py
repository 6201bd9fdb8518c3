"""Protocols that others published, each as they define it, for hands and grasps on a CPU."""
