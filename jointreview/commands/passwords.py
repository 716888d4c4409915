"""Password hashes: Argon2id, as the one place that makes and checks them."""

from __future__ import annotations

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

_hasher = PasswordHash.recommended()
_quick = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))


def hash_password(password: str) -> str:
    """An Argon2id hash with a salt of its own."""
    return _hasher.hash(password)


def hash_quickly(password: str) -> str:
    """A hash that is checked at once and protects nothing: for a password everybody knows, while a demonstration is
    played that signs many times with it."""
    return _quick.hash(password)


def verify_password(password: str, password_hash: str) -> bool:
    """Whether `password` is the one hashed; a hash that cannot be read is a no."""
    try:
        return _hasher.verify(password, password_hash)
    except Exception:
        return False
