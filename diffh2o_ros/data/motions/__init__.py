"""Procedural motions: a person reaches for an object, does something with it, and lets go.

`planning.planned_motion` makes the motion of a recipe; `actions/` says where objects go, `reaching`
and `hand_planner` how hands come and leave, `person` what arms can do, `clearance` what collides.
"""
