"""A timestamp authority on loopback: it answers real RFC 3161 tokens, made by openssl, and is strict about requests."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass
class Authority:
    """Where it is, whose root it stands under, what it was asked; `mood` makes it answer badly."""

    folder: Path
    url: str = ""
    mood: str = ""
    asked: list[bytes] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def reply(self, query: bytes) -> bytes:
        (self.folder / "query.tsq").write_bytes(query)
        command = [
            "openssl", "ts", "-reply", "-config", str(self.folder / "tsa.cnf"), "-queryfile",
            str(self.folder / "query.tsq"), "-signer", str(self.folder / "tsa.pem"), "-inkey",
            str(self.folder / "tsa.key"), "-out", str(self.folder / "reply.tsr"),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True)
        return (self.folder / "reply.tsr").read_bytes()


def prepare(folder: Path) -> Authority:
    """Makes a root, and a certificate under it that may do nothing but timestamps."""
    now = datetime.now(UTC)
    root_key, tsa_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())

    def begin(subject: str, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        made = x509.CertificateBuilder().subject_name(_name(subject)).issuer_name(_name("Test root")).public_key(key)
        made = made.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        return made.not_valid_after(now + timedelta(days=30))

    root = begin("Test root", root_key.public_key())
    root = root.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    tsa = begin("Test authority", tsa_key.public_key())
    tsa = tsa.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    tsa = tsa.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    (folder / "root.pem").write_bytes(root.sign(root_key, hashes.SHA256()).public_bytes(Encoding.PEM))
    (folder / "tsa.pem").write_bytes(tsa.sign(root_key, hashes.SHA256()).public_bytes(Encoding.PEM))
    key = tsa_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "tsa.key").write_bytes(key)
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
    return Authority(folder)


@contextmanager
def open_authority(folder: Path) -> Iterator[Authority]:
    """Serves it on a free port of loopback."""
    authority = prepare(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            authority.asked.append(body)
            if self.headers["Content-Type"] != "application/timestamp-query":
                authority.complaints.append(f"type {self.headers['Content-Type']}")
            if not body.startswith(b"\x30") or len(body) != body[1] + 2:  # DER: a short sequence, and nothing behind it
                authority.complaints.append("no DER")
            if authority.complaints or authority.mood == "down":
                self.send_error(400 if authority.complaints else 503)
                return
            kind = "text/html" if authority.mood == "html" else "application/timestamp-reply"
            reply = b"\x30\x03abc" if authority.mood == "garbage" else authority.reply(body)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    authority.url = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
