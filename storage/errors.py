"""The ways `storage` can say no. Each message is one sentence that a person can act on."""


class StorageError(Exception):
    """A refusal with one plain sentence for the person who asked."""


class PlaylistExistsError(StorageError):
    """The member already has a playlist with this name, capitals aside."""


class PlaylistLimitError(StorageError):
    """More playlists, or more tracks in one playlist, than a member can keep."""


class PlaylistNotFoundError(StorageError):
    """The member has no playlist with this name."""


class PlaylistChangedError(StorageError):
    """The playlist is no longer what the request was made for."""


class PlaylistNameError(StorageError):
    """A playlist can't be called this."""


class OpinionLimitError(StorageError):
    """More opinions than a member can have."""


class BlockLimitError(StorageError):
    """More blocked artists and tracks than a member can have."""


class BusyError(StorageError):
    """Another program has held the database for longer than a member waits."""


class VaultError(StorageError):
    """A key can't be used, or none of the keys opens a secret."""


class SubscriptionLimitError(StorageError):
    """More weekly drops than a server can have."""


class SubscriptionNotFoundError(StorageError):
    """There is no weekly drop there."""


class LabelLimitError(StorageError):
    """More genres proposed, for one song or in all, than a member can have waiting."""
