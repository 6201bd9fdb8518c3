"""From human hands to robot hands: what a robot hand is, and how it does what a human hand does."""
