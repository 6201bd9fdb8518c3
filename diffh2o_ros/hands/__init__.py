"""Parametric hands on the published MANO skeleton: kinematics, anatomy, meshes and contact."""
