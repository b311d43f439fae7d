"""Files of a county on their way in: read, checked whole, and made a draft of a new version."""
