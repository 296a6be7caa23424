"""Pictures of a simulated heap, as SVG by a layout of our own and as text that says the same."""
