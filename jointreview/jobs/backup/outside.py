"""What lies outside the database: keys that seal secrets, the certificate, roots of the record, the settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jointreview.commands.audit_roots import roots_folder
from jointreview.settings import ROOT, settings

KEYS, HTTPS, ROOTS, SETTINGS = "keys", "https", "audit-roots", "settings"
_SEAL = f"{KEYS}/second_factor.key"


def outside() -> Iterator[tuple[str, bytes]]:
    """Name within a backup and content of each file.

    A key that was given by a setting is kept as the file it would be without the setting.
    """
    data, given = settings().data_dir, settings().second_factor_key
    for kind, folder in ((KEYS, data / KEYS), (HTTPS, data / HTTPS), (ROOTS, roots_folder())):
        for file in sorted(folder.glob("*")):
            name = f"{kind}/{file.name}"
            if file.is_file() and file.suffix != ".part" and not (given and name == _SEAL):
                yield name, file.read_bytes()
    if given:
        yield _SEAL, given.encode()
    if (ROOT / ".env").is_file():
        yield f"{SETTINGS}/env", (ROOT / ".env").read_bytes()


def place_of(name: str, stamp: str) -> Path:
    """Where a file of a backup is put back; settings are laid beside for a person to compare, never put in force."""
    kind, _, rest = name.partition("/")
    data = settings().data_dir
    return {
        KEYS: data / KEYS / rest,
        HTTPS: data / HTTPS / rest,
        ROOTS: roots_folder() / rest,
        SETTINGS: data / f"settings-of-{stamp}.env",
    }[kind]


def other_key(name: str, content: bytes) -> bool:
    """Whether a setting names another key than the one that sealed what comes back."""
    given = settings().second_factor_key
    return name == _SEAL and bool(given) and given.encode() != content.strip()
