"""A certificate of one's own for HTTPS on the local network: without it phones keep no page and give no position."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ROOT_DAYS = 3650
LEAF_DAYS = 397  # phones refuse certificates that are good for longer
RENEW_DAYS = 30
NAME = "Joint Review local root"


def ensure_certificate(folder: Path, host: str) -> tuple[Path, Path]:
    """The files of certificate and key for this machine's names, made or renewed when need be.

    The root beside them (`root.crt`) is made once: it is what a phone is told to trust. Keys are readable by the
    owner alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    everywhere = {"", "0.0.0.0", "::"}  # nosec B104 # left out, not listened on
    names = sorted({"localhost", socket.gethostname(), host} - everywhere)
    wanted = [*dict.fromkeys([*names, *addresses()])]
    certificate, key = folder / "server.crt", folder / "server.key"
    if not (certificate.is_file() and key.is_file() and _still_good(certificate, wanted)):
        root, root_key = _root(folder)
        _write_leaf(certificate, key, wanted, root, root_key)
    return certificate, key


def addresses() -> list[str]:
    """The addresses of this machine on its networks, and its own."""
    found = {"127.0.0.1", "::1"}
    with contextlib.suppress(OSError):
        found |= {str(entry[4][0]).partition("%")[0] for entry in socket.getaddrinfo(socket.gethostname(), None)}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: asks which address a packet would leave by
            found.add(probe.getsockname()[0])
        except OSError:
            pass
    return sorted(found)


def _still_good(file: Path, wanted: list[str]) -> bool:
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    lasts = certificate.not_valid_after_utc - timedelta(days=RENEW_DAYS) > datetime.now(UTC)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    covered = {*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress))}
    return lasts and set(wanted) <= covered


def _root(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    certificate, key = folder / "root.crt", folder / "root.key"
    if certificate.is_file() and key.is_file():
        kept = serialization.load_pem_private_key(key.read_bytes(), None)
        assert isinstance(kept, ec.EllipticCurvePrivateKey)
        return x509.load_pem_x509_certificate(certificate.read_bytes()), kept
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{NAME} ({socket.gethostname()})"[:64])])
    made = (
        _builder(name, name, private, ROOT_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(private, hashes.SHA256())
    )
    _write(certificate, key, made, private)
    return made, private


def _write_leaf(
    certificate: Path, key: Path, wanted: list[str], root: x509.Certificate, root_key: ec.EllipticCurvePrivateKey
) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, wanted[0][:64])])
    made = (
        _builder(name, root.subject, private, LEAF_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_name(one) for one in wanted]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    _write(certificate, key, made, private)


def _builder(
    name: x509.Name, issuer: x509.Name, private: ec.EllipticCurvePrivateKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
    )


def _name(one: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(one))
    except ValueError:
        return x509.DNSName(one)


def _write(certificate: Path, key: Path, made: x509.Certificate, private: ec.EllipticCurvePrivateKey) -> None:
    key.touch(mode=0o600)
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
