"""What every test may ask for. The people of the tests live in tests/people.py."""
