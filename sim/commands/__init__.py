"""The commands of `python -m sim`, one module each. They see files and streams only through the Terminal that they are given."""
