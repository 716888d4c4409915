"""Password hashes: Argon2id, as the one place that makes and checks them."""

from __future__ import annotations

from pwdlib import PasswordHash

_hasher = PasswordHash.recommended()


def hash_password(password: str) -> str:
    """An Argon2id hash with a salt of its own."""
    return _hasher.hash(password)


def verify_password(password: str, password_hash: str) -> bool:
    """Whether `password` is the one hashed; a hash that cannot be read is a no."""
    try:
        return _hasher.verify(password, password_hash)
    except Exception:
        return False
