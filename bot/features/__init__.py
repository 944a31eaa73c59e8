"""One package for each thing a member can do."""
