"""Pictures of taste as PNG; nothing here knows Discord, and matplotlib is imported by the first drawing only."""
