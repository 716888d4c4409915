"""The certificate of `run --https`: made once, for every name of the machine, by a root that phones trust."""

from __future__ import annotations

import ssl
import stat
from pathlib import Path

from cryptography import x509

from jointreview.cli._certificate import ensure_certificate


def names(file: Path) -> set[str]:
    found = x509.load_pem_x509_certificate(file.read_bytes())
    said = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {*said.get_values_for_type(x509.DNSName), *map(str, said.get_values_for_type(x509.IPAddress))}


def test_the_root_stays_and_the_certificate_follows_the_names_of_the_machine(tmp_path: Path) -> None:
    certificate, key = ensure_certificate(tmp_path, "0.0.0.0")
    root = (tmp_path / "root.crt").read_bytes()
    first = certificate.read_bytes()
    assert {"localhost", "127.0.0.1"} <= names(certificate)
    assert ensure_certificate(tmp_path, "0.0.0.0")[0].read_bytes() == first
    ensure_certificate(tmp_path, "survey.qidong.example")
    assert "survey.qidong.example" in names(certificate)
    assert (tmp_path / "root.crt").read_bytes() == root
    assert stat.S_IMODE(key.stat().st_mode) == stat.S_IMODE((tmp_path / "root.key").stat().st_mode) == 0o600


def test_a_client_that_trusts_the_root_accepts_the_certificate_by_name_and_by_address(tmp_path: Path) -> None:
    certificate, key = ensure_certificate(tmp_path, "localhost")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    client = ssl.create_default_context(cafile=str(tmp_path / "root.crt"))
    for name in ("localhost", "127.0.0.1"):
        assert shake_hands(server, client, name)


def shake_hands(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> bool:
    """A handshake in memory; raises where the client does not trust what it sees."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    one = client.wrap_bio(to_client, to_server, server_hostname=name)
    other = server.wrap_bio(to_server, to_client, server_side=True)
    done: set[ssl.SSLObject] = set()
    for _ in range(6):
        for end in (one, other):
            try:
                end.do_handshake()
                done.add(end)
            except ssl.SSLWantReadError:
                continue
    return len(done) == 2
