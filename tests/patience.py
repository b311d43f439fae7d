"""How long tests wait for what will come, in one place.

Only a test that fails waits so long, so it costs nothing; on a busy machine a short patience makes
tests fail that have no fault. What is to be shown not to come is waited for elsewhere, and briefly.
"""

PATIENCE_SECONDS = 90.0
PATIENCE_MS = PATIENCE_SECONDS * 1000
