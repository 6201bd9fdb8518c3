"""Motions as ROS messages, made of whichever classes: those that rosidl generated, or a bag's."""
