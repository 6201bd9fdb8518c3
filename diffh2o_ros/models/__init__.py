"""Networks: the temporal UNet, its conditioning, checkpoint files."""
