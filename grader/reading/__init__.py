"""What pages, the API and exports read. One function per page, a constant number of queries each, whatever the size of the class."""
