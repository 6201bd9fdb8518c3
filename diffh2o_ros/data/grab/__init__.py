"""Imports GRAB (Taheri et al. 2020), for users who have it, into this project's data set format."""
