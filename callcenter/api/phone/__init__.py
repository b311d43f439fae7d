"""The seat's telephone in a browser: what it shows, how it registers, and its way to Asterisk."""
