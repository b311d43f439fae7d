"""What the console costs in a browser, measured in Chromium."""
