"""What a process can be: line, speech, work, callback, api; one process may be all of them."""
