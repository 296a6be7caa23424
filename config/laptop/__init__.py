"""What `manage.py up` and the tests need on one machine: an environment, a data folder, servers and their processes."""
