"""Other libraries' data in and out. Each module imports its library when it is asked for something, and not before."""
