"""Robot hands and objects in MuJoCo: what happens when a plan is executed."""
