"""A course as it runs: who may answer what, and when."""
