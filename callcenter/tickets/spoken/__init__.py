"""Places in spoken words: which names stand in them, and which place is meant."""
