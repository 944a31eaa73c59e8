"""Everything Segue remembers, in one SQLite file. The only place with SQL."""
