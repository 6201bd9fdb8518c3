"""Training: the arrays it reads, the recipes, the loop."""
