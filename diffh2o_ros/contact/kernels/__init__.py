"""The contact energy's gradient in machine code, for CPUs. Needs numba."""
