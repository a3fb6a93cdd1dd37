"""Passwords of archives on their way from the server to a worker: sealed with SECRET_KEY, never stored as they are.

The row of an extract holds a sealed one until the extract has ended, so that it survives a crash of either side. Who
has the database, but not SECRET_KEY, can't open it; nobody can give one owner's to another.
"""

from __future__ import annotations

from pydantic import SecretStr

from guichet import errors

NONCE_BYTES, TAG_BYTES, KEY_BYTES = 12, 16, 32


class SealError(errors.GuichetError):
    """What was sealed with SECRET_KEY can't be opened with the one that there is."""


def seal(password: SecretStr, key: SecretStr, owner: str) -> bytes:
    """Encrypt a password (AES-256-GCM) for the extract of an owner."""
    from Cryptodome.Cipher import AES  # a portal whose archives have no passwords doesn't load it
    from Cryptodome.Random import get_random_bytes

    nonce = get_random_bytes(NONCE_BYTES)
    cipher = AES.new(_derive_key(key), AES.MODE_GCM, nonce=nonce, mac_len=TAG_BYTES)
    cipher.update(owner.encode())
    sealed, tag = cipher.encrypt_and_digest(password.get_secret_value().encode())
    return nonce + tag + sealed


def unseal(sealed: bytes, key: SecretStr | None, owner: str) -> SecretStr:
    """Decrypt what was sealed.

    :raises SealError: if it was sealed with another key, or for another owner.
    """
    from Cryptodome.Cipher import AES

    if key is None:
        raise SealError("The worker has no SECRET_KEY, and so can't set the password.")
    nonce, tag, text = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:][:TAG_BYTES], sealed[NONCE_BYTES + TAG_BYTES :]
    cipher = AES.new(_derive_key(key), AES.MODE_GCM, nonce=nonce, mac_len=TAG_BYTES)
    cipher.update(owner.encode())
    try:
        return SecretStr(cipher.decrypt_and_verify(text, tag).decode())
    except ValueError as error:
        raise SealError("SECRET_KEY was changed after the password was set.") from error


def _derive_key(key: SecretStr) -> bytes:
    from Cryptodome.Hash import SHA256
    from Cryptodome.Protocol.KDF import HKDF

    made = HKDF(key.get_secret_value().encode(), KEY_BYTES, b"", SHA256, context=b"guichet archive password")
    assert isinstance(made, bytes)
    return made
