"""Archives in a bucket: on a real S3 server, from the upload to the download and the end."""

from __future__ import annotations

import io
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator

import httpx
import pytest

from tests.api.conftest import free_port, wait_until
from tests.api.test_extracts import EXTRACTS, Mailbox, anne, ask, mailbox, state, wait_for, working
from tests.conftest import Client, Portal, run_sql

__all__ = ["anne", "mailbox"]  # fixtures


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, str]]:
    """Starts an S3 server with a bucket; yields what names it to a portal."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-c", "from moto.server import main; main()", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: made_bucket(url), seconds=60)
        yield {
            "ARCHIVE_URL": "s3://archives/portal",
            "AWS_ENDPOINT_URL": url,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
        }
    finally:
        server.kill()
        server.wait(10)


def made_bucket(url: str) -> bool:
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{url}/archives", method="PUT"), timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


def kept(bucket: dict[str, str]) -> list[str]:
    """Lists what is in the bucket, uploads that were not finished included."""
    text = httpx.get(f"{bucket['AWS_ENDPOINT_URL']}/archives?list-type=2").text
    pending = httpx.get(f"{bucket['AWS_ENDPOINT_URL']}/archives?uploads").text
    return [part.split("</Key>")[0] for part in (text + pending).split("<Key>")[1:]]


@pytest.fixture
def stored(portal: Portal, anne: Client, bucket: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Client:
    portal.environ |= bucket
    for name, value in bucket.items():
        monkeypatch.setenv(name, value)  # the library reads them itself
    return portal.client("anne")


def test_an_archive_is_kept_in_the_bucket_mailed_downloaded_in_parts_and_deleted(
    portal: Portal, stored: Client, bucket: dict[str, str], mailbox: Mailbox, portal_database_url: str
) -> None:
    asked = ask(stored, "trickle")
    with working(portal):
        done = wait_for(stored, asked, "done")
        (name,) = kept(bucket)
        assert name.startswith(f"portal/{asked['id']}/trickle_")
        assert not (portal.folder.parent / "archives" / asked["id"]).exists()

        answer = stored.get(done["archive_url"])
        assert answer.status_code == 302
        link = answer.headers["Location"]
        whole = httpx.get(link)
        assert whole.headers["Content-Disposition"] == f'attachment; filename="{name.rsplit("/", 1)[1]}"'
        rest = httpx.get(link, headers={"Range": "bytes=100-", "If-Range": whole.headers["ETag"]})
        assert (rest.status_code, rest.content) == (206, whole.content[100:])
        assert len(whole.content) == done["archive_bytes"]
        assert zipfile.ZipFile(io.BytesIO(whole.content)).testzip() is None
        assert next(mailbox.mails[0].iter_attachments()).get_content() == whole.content

        run_sql(portal_database_url, "UPDATE guichet.extract SET expires_at = now() - interval '1 second'")
        wait_for(stored, asked, "expired")
    assert kept(bucket) == []


def test_an_archive_waits_for_a_bucket_that_is_away(portal: Portal, stored: Client, bucket: dict[str, str]) -> None:
    asked = ask(stored, criteria={"up_to": 10})
    away = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
    with working(portal, **away):
        wait_until(lambda: state(stored, asked)["problem"] is not None, 60)
    assert state(stored, asked)["state"] == "queued"
    assert "The storage of archives can't be used" in state(stored, asked)["problem"]
    with working(portal):
        wait_for(stored, asked, "done", seconds=60)
    assert stored.get(f"{EXTRACTS}/{asked['id']}/archive").status_code == 302
