"""A worker node: claims due rows, has them simulated and marked, stores what they earned."""
