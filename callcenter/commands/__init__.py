"""What each command of the command line does, where that is more than a line or two."""
