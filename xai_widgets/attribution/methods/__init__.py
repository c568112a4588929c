"""The attribution methods, one a file: a new file with a Method is a new method."""
