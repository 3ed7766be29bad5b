"""What can go wrong; no message ever holds a part of a secret."""


class SealingError(Exception):
    """Something sealed is not what it should be."""


class WrongKeyError(SealingError):
    """The key, passphrase or code does not open it, or it was changed, or it belongs elsewhere."""
