"""From a mesh and a sentence to an interaction: both diffusion stages, contact and assembly."""
