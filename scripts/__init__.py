"""Command-line front doors over `bot`, `ml` and `storage`."""
