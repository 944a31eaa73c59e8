"""The schema, as steps that are only ever appended: a released step never changes.

The steps run inside the one transaction of `storage.migrations.upgrade` and must not end it.
"""

from sqlite_utils import Migrations

from storage.schema import administration, drops, members

migrations = Migrations("segue")
# By their numbers, whichever subject they belong to.
for step in sorted((*members.STEPS, *drops.STEPS, *administration.STEPS), key=lambda step: step.__name__):
    migrations()(step)
