"""Hands against an object: bodies, the energy and its descent, holds."""
