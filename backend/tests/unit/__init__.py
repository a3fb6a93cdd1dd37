"""What can be said of the package without a database, and without a network beyond this machine."""
