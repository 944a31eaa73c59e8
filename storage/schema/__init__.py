"""The schema, as steps that are only ever appended: a released step never changes.

The steps run inside the one transaction of `storage.migrations.upgrade` and must not end it.
"""

from sqlite_utils import Migrations

migrations = Migrations("segue")
