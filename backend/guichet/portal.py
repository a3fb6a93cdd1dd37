"""Everything that lives as long as a server process, in one place: settings, interfaces, sources, accounts."""

from __future__ import annotations

import functools
import logging
import secrets
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from guichet import errors, resources
from guichet.access.accounts import Accounts
from guichet.access.login_throttle import LoginThrottle
from guichet.access.rate_limits import RateLimits
from guichet.audit.accounts import AccountRegister
from guichet.audit.recorder import Recorder
from guichet.criteria_types.operands import InputLimits
from guichet.extracts import notifications
from guichet.extracts.archives import archive_store
from guichet.extracts.archives.archive_space import ArchiveSpace
from guichet.extracts.archives.archive_store import Store
from guichet.extracts.cleanup import Sweeper
from guichet.extracts.context import ExtractContext, SearchContext
from guichet.extracts.outbox import Outbox
from guichet.extracts.queue import QueueBounds
from guichet.extracts.rights import Rights
from guichet.extracts.worker import Worker
from guichet.interfaces.interface import Limits
from guichet.interfaces.registry import Registry
from guichet.mail.smtp import MailServer
from guichet.messages import say
from guichet.portal_db.database import PortalDatabase
from guichet.records.fields import Layouts
from guichet.search.catalogue import ColumnCatalogue
from guichet.settings.settings import Settings
from guichet.sources import kinds
from guichet.sources.kinds import SourceConfig
from guichet.sources.postgresql.pool import PoolLimits
from guichet.sources.protocol import RecordWriter, Source
from guichet.sql.dialect import Dialect
from guichet.tokens.signed import Signer
from guichet.tokens.tokens import Tokens

logger = logging.getLogger(__name__)

LOOPBACK = ("127.0.0.1", "::1", "localhost")

# The key of demo.env, which everybody can read.
DEMO_KEY = "known-to-everybody-and-for-the-demo-only"

KEY_CHARACTERS = 32
KEY_DIFFERENT_CHARACTERS = 10
WEAK_KEY = (
    f"must have {KEY_CHARACTERS} characters of chance or more. Make one by: "
    f'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
)


@dataclass(frozen=True)
class Portal:
    """One portal, wired."""

    settings: Settings
    registry: Registry
    sources: Mapping[str, Source]
    portal_database: PortalDatabase | None
    accounts: Accounts
    attempts: LoginThrottle
    tokens: Tokens
    quotas: RateLimits
    catalogue: ColumnCatalogue
    recorder: Recorder | None
    store: Store
    writers: Mapping[str, RecordWriter]
    layouts: Layouts
    streams: threading.BoundedSemaphore
    streams_of_users: RateLimits
    uploads: threading.BoundedSemaphore
    uploads_of_users: RateLimits
    rights: Rights
    account_register: AccountRegister | None
    mail_server: MailServer | None

    @property
    def sends_mails(self) -> bool:
        """Whether users are told of their extracts by mail."""
        return self.mail_sender is not None

    @property
    def mail_sender(self) -> str | None:
        """Who mails are from; None where none are sent."""
        return _find_sender(self.settings)


def build_portal(settings: Settings) -> Portal:
    """Wire a portal. Connects to nothing: that happens when a source is first read.

    :raises SettingsError: if the demo's password, or a guessable key, would be used where others could make use of it.
    """
    accounts = build_accounts(settings)
    refuse_demo_password(settings, accounts)
    refuse_weak_key(settings)
    portal_database = build_portal_database(settings)
    registry = build_registry(settings)
    return Portal(
        settings=settings,
        registry=registry,
        sources=build_sources(settings),
        portal_database=portal_database,
        accounts=accounts,
        attempts=LoginThrottle(settings.sign_in_attempts),
        quotas=RateLimits(settings.requests_at_once, settings.requests_per_minute),
        tokens=Tokens(accounts, build_signer(settings), portal_database),
        catalogue=ColumnCatalogue(),
        recorder=Recorder(portal_database) if portal_database else None,
        store=archive_store.build_store(settings.archive_url, settings.archive_dir),
        writers=build_writers(settings),
        layouts=Layouts(),
        streams=threading.BoundedSemaphore(settings.streams),
        streams_of_users=RateLimits(
            settings.streams_per_user,
            0,
            refusal=lambda count: say("{count} results are being streamed to you already.", count=count),
            retry_after=5,
        ),
        uploads=threading.BoundedSemaphore(settings.uploads_at_once),
        uploads_of_users=RateLimits(
            settings.uploads_per_user,
            0,
            refusal=lambda count: say("{count} of your uploads are being read already.", count=count),
            retry_after=5,
        ),
        rights=Rights(registry, accounts.find_member),
        account_register=AccountRegister(portal_database, accounts) if portal_database else None,
        mail_server=_build_mail_server(settings),
    )


def make_archive_folder(settings: Settings) -> None:
    """Make the archive folder, for the first start. Later on it is never made: a mount may be missing in its place."""
    try:
        resources.make_private(settings.archive_dir)
    except OSError as error:
        logger.error("ARCHIVE_DIR %s can't be made: %s", settings.archive_dir, error.strerror)


def log_faults(portal: Portal) -> None:
    """Log at the start what must be there and is not; the server starts all the same, and is not ready."""
    for fault in (portal.registry.fault(), portal.accounts.fault(), portal.store.find_fault()):
        if fault:
            logger.error("not ready: %s", fault)


def build_accounts(settings: Settings) -> Accounts:
    """Make the users: who may sign in, and who is in which group."""
    return Accounts(settings.htpasswd_file, settings.htgroup_file, settings.sign_in_cache_seconds)


def load_definitions(portal: Portal) -> None:
    """Read all definitions before the server forks, so that none of its processes has to at its first request."""
    with suppress(errors.DefinitionsError):  # which is logged, and told at each request
        portal.registry.current()


def build_signer(settings: Settings) -> Signer:
    """Make what signs tokens. Without a key it gets one of chance: its tokens are good until the next start."""
    configured = [key.get_secret_value() for key in (settings.secret_key, settings.secret_key_previous) if key]
    keys = configured if settings.secret_key else [secrets.token_urlsafe(32), *configured]
    return Signer(keys, settings.token_hours * 3600)


def build_portal_database(settings: Settings) -> PortalDatabase | None:
    """Make the portal database, where there is one."""
    url = settings.portal_database_url
    return PortalDatabase(url, _build_pool_limits(settings)) if url else None


def build_sources(settings: Settings) -> dict[str, Source]:
    """Make every source, by name."""
    return {
        name: kinds.of_url(url.get_secret_value()).open_source(_build_source_config(settings, name, url))
        for name, url in settings.sources.items()
    }


def build_writers(settings: Settings) -> dict[str, RecordWriter]:
    """Make the way to write to each source whose records may be written, by the source's name."""
    return {
        name: kinds.of_url(url.get_secret_value()).open_writer(_build_source_config(settings, name, url))
        for name, url in settings.writers.items()
    }


def _build_source_config(settings: Settings, name: str, url: SecretStr) -> SourceConfig:
    return SourceConfig(
        name,
        url,
        pool_size=settings.source_pool_size,
        wait_seconds=settings.source_wait_seconds,
        connect_seconds=settings.source_connect_seconds,
        time_zone=settings.time_zone,
        encoding=settings.encodings.get(name, "utf-8"),
        write_seconds=settings.write_seconds,
        parallel=settings.parallels.get(name, settings.extract_parallel),
    )


def _build_pool_limits(settings: Settings) -> PoolLimits:
    return PoolLimits(settings.source_pool_size, settings.source_wait_seconds, settings.source_connect_seconds)


def build_worker(settings: Settings) -> Worker:
    """Wire a worker.

    :raises SettingsError: if there is no portal database for it to take work from.
    """
    database = build_portal_database(settings)
    if database is None:
        raise errors.SettingsError(["PORTAL_DATABASE_URL must be set for a worker"])

    store = archive_store.build_store(settings.archive_url, settings.archive_dir)
    sweeper = Sweeper(database, store, settings.archive_days)

    registry = build_registry(settings)
    rights = Rights(registry, build_accounts(settings).find_member)

    def input_limits(asked_at: datetime) -> InputLimits:
        return InputLimits(settings.text_limit, settings.values_limit, asked_at.date())

    return Worker(
        database=database,
        beats=build_portal_database(settings) or database,
        sweeper=sweeper,
        context=ExtractContext(
            searches=SearchContext(
                database=database,
                registry=registry,
                sources=build_sources(settings),
                catalogue=ColumnCatalogue(describe_seconds=settings.extract_seconds),
                limits=input_limits,
                zone=ZoneInfo(settings.time_zone),
            ),
            space=ArchiveSpace(
                folder=settings.archive_dir,
                budget_bytes=settings.archive_max_gb * 1_000_000_000,
                spare_bytes=settings.archive_spare_mb * 1_000_000,
                count_bytes_beside=sweeper.count_bytes_beside,
            ),
            store=store,
            rights=rights,
            extract_seconds=settings.extract_seconds,
            secret_key=settings.secret_key,
        ),
        bounds=QueueBounds(settings.extracts_per_user, settings.extracts_per_source),
        outbox=_build_outbox(settings, database, store, rights),
        slots=settings.worker_slots,
        archive_days=settings.archive_days,
        audit_days=settings.audit_days,
        value_list_days=settings.value_list_days,
        message_id=functools.partial(notifications.make_message_id, settings.public_url),
        grace_seconds=settings.grace_seconds,
    )


def _build_outbox(settings: Settings, database: PortalDatabase, store: Store, rights: Rights) -> Outbox | None:
    sender = _find_sender(settings)
    server = _build_mail_server(settings)
    if server is None or sender is None:
        return None
    write = notifications.make_writer(
        sender=sender,
        public_url=settings.public_url,
        store=store,
        attachment_bytes=settings.email_attachment_mb * 1_000_000,
        time_zone=settings.time_zone,
    )
    return Outbox(database, server, write, settings.recipients, rights)


def _build_mail_server(settings: Settings) -> MailServer | None:
    return MailServer(settings.smtp_url, settings.smtp_seconds) if settings.smtp_url else None


def _find_sender(settings: Settings) -> str | None:
    """Who mails are from; None where none are sent."""
    return (settings.mail_from or settings.user_email) if settings.smtp_url else None


def build_registry(settings: Settings) -> Registry:
    """Make the registry of the portal folder alone, for whoever needs no more."""
    limits = Limits(settings.display_rows, settings.interactive_seconds, settings.extract_rows)
    return Registry(settings.portal_dir, load_dialects(settings), limits)


def load_dialects(settings: Settings) -> dict[str, Dialect]:
    """Return the SQL that each source speaks, by the source's name."""
    return {name: kinds.of_url(url.get_secret_value()).load_dialect() for name, url in settings.sources.items()}


def refuse_demo_password(settings: Settings, accounts: Accounts) -> None:
    """Refuse to go on with the demo's password in production or on an address that others can reach."""
    reachable = settings.environment != "demo" and settings.host not in LOOPBACK
    exposed = settings.environment == "production" or reachable
    if exposed and accounts.accepts_demo_password():
        raise errors.SettingsError(
            [
                f"HTPASSWD_FILE ({settings.htpasswd_file}) accepts the demo's well-known password, which is only fit "
                f"for development on 127.0.0.1: remove the user `demo` or give it another password"
            ]
        )


def refuse_weak_key(settings: Settings) -> None:
    """Refuse to sign tokens in production by a key that could be guessed, or by one that others don't share."""
    if settings.environment != "production":
        return
    keys = {"SECRET_KEY": settings.secret_key, "SECRET_KEY_PREVIOUS": settings.secret_key_previous}
    faults = [f"{name} {WEAK_KEY}" for name, key in keys.items() if key and _is_weak(key.get_secret_value())]
    if settings.secret_key is None:
        faults.insert(0, f"SECRET_KEY is not set: in production it {WEAK_KEY}")
    if faults:
        raise errors.SettingsError(faults)


def _is_weak(key: str) -> bool:
    return key == DEMO_KEY or len(key) < KEY_CHARACTERS or len(set(key)) < KEY_DIFFERENT_CHARACTERS
