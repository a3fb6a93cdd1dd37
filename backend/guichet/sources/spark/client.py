"""A server of Spark Connect, asked over gRPC: sessions of the server's, statements that run in them, their rows.

This module loads gRPC, protobuf and Arrow; nothing imports it before a source is read.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import grpc
import pyarrow

from guichet.sources.spark.failures import ConnectError
from guichet.sources.spark.messages import EXPLAIN_FORMATTED, INTERRUPT_OPERATION, MESSAGES
from guichet.sources.spark.statements import ShortFloat

SERVICE = "/spark.connect.SparkConnectService/"
CLIENT_TYPE = "guichet"
# How long a short word with the server may take: one that ends a statement or a session.
WORD_SECONDS = 5
# How long a statement that was cancelled may go on before its line is cut.
CANCEL_SECONDS = 2
LARGEST_LONG = 2**63 - 1
MOST_DIGITS = 38
# Calls whose server says so if it was started anew.
KNOWING = ("Config", "ExecutePlan", "ReattachExecute", "AnalyzePlan")
DETAILS = "grpc-status-details-bin"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_DAY = date(1970, 1, 1).toordinal()
TEXT = MESSAGES["DataType"](string={})


@dataclass(frozen=True)
class Target:
    """Where a server is, and who asks.

    :param token: that is shown to it; "" for none.
    :param uses_tls: whether the line is encrypted, as `?use_ssl=true` says.
    :param connect_seconds: that an attempt to connect may take.
    :param ca_file: by which the server's certificate is checked; "" for those that gRPC knows.
    """

    address: str
    user: str
    token: str
    uses_tls: bool
    connect_seconds: float
    ca_file: str = ""


class ConnectClient:
    """A line to one server."""

    def __init__(self, target: Target) -> None:
        options = [
            ("grpc.max_receive_message_length", -1),
            ("grpc.max_send_message_length", -1),
            ("grpc.max_metadata_size", 256 << 10),
            ("grpc.keepalive_time_ms", 30_000),
            ("grpc.keepalive_timeout_ms", 20_000),
            ("grpc.max_reconnect_backoff_ms", 2_000),
            # How long an attempt to connect may take.
            ("grpc.min_reconnect_backoff_ms", int(target.connect_seconds * 1000)),
            # A line shares nothing with an older one, which may be waiting before it dials again.
            ("grpc.use_local_subchannel_pool", 1),
        ]
        self.user_context = MESSAGES["UserContext"](user_id=target.user)
        self._metadata = [("authorization", f"Bearer {target.token}")] if target.token else []
        if target.uses_tls:
            roots = Path(target.ca_file).read_bytes() if target.ca_file else None
            self._channel = grpc.secure_channel(target.address, grpc.ssl_channel_credentials(roots), options)
        else:
            self._channel = grpc.insecure_channel(target.address, options)
        self._calls: dict[str, Any] = {}
        for name, answer in (
            ("Config", "ConfigResponse"),
            ("AnalyzePlan", "AnalyzePlanResponse"),
            ("Interrupt", "InterruptResponse"),
            ("ReleaseExecute", "Empty"),
            ("ReleaseSession", "Empty"),
        ):
            self._calls[name] = self._channel.unary_unary(SERVICE + name, _serialize, MESSAGES[answer].FromString)
        for name in ("ExecutePlan", "ReattachExecute"):
            self._calls[name] = self._channel.unary_stream(
                SERVICE + name, _serialize, MESSAGES["ExecutePlanResponse"].FromString
            )

    def send(self, name: str, request: Any, seconds: float) -> Any:
        """Begin a call: one answer comes by its `result`, many by going through it."""
        call = self._calls[name]
        if name in ("ExecutePlan", "ReattachExecute"):
            return call(request, timeout=seconds, metadata=self._metadata)
        return call.future(request, timeout=seconds, metadata=self._metadata)

    def close(self) -> None:
        """Hang up."""
        self._channel.close()


class ServerSession:
    """A session of the server's, with settings and views of its own."""

    def __init__(self, client: ConnectClient, settings: Mapping[str, str], seconds: float) -> None:
        self.id = str(uuid.uuid4())
        self._client = client
        self._server_side_id = ""
        pairs = [MESSAGES["KeyValue"](key=key, value=value) for key, value in settings.items()]
        answer = self.ask("Config", {"operation": {"set": {"pairs": pairs}}}, seconds)
        # From here on the server says so if it was started anew and knows neither settings nor views.
        self._server_side_id = answer.server_side_session_id

    def send(self, name: str, fields: Mapping[str, Any], seconds: float) -> Any:
        """Begin a call within this session."""
        known = {}
        if self._server_side_id and name in KNOWING:
            known = {"client_observed_server_side_session_id": self._server_side_id}
        request = MESSAGES[f"{name}Request"](
            session_id=self.id, user_context=self._client.user_context, client_type=CLIENT_TYPE, **known, **fields
        )
        return self._client.send(name, request, seconds)

    def ask(self, name: str, fields: Mapping[str, Any], seconds: float, call: Call | None = None) -> Any:
        """Make a call that has one answer.

        :param call: by which it can be cancelled.
        :raises ConnectError: whatever the server, or the line, says.
        """
        try:
            sent = self.send(name, fields, seconds)
            if call:
                call.sent = sent
            return sent.result()
        except (grpc.RpcError, grpc.FutureCancelledError) as error:
            raise _read_error(error) from error

    def is_known(self, seconds: float) -> bool:
        """Ask whether the server still has the session."""
        try:
            self.ask("Config", {"operation": {"set": {}}}, seconds)
        except ConnectError:
            return False
        return True

    def describe(self, relation: Any, seconds: float, call: Call | None = None) -> list[tuple[str, Any]]:
        """Return the names and types of the columns of a relation, which is not run."""
        answer = self.ask("AnalyzePlan", {"schema": {"plan": {"root": relation}}}, seconds, call)
        return [(field.name, field.data_type) for field in answer.schema.schema.struct.fields]

    def explain(self, relation: Any, seconds: float, call: Call | None = None) -> str:
        """Return how the server would run a relation, in its own words."""
        asked = {"plan": {"root": relation}, "explain_mode": EXPLAIN_FORMATTED}
        return str(self.ask("AnalyzePlan", {"explain": asked}, seconds, call).explain.explain_string)

    def begin(self, plan: Any, seconds: float, tags: Sequence[str] = ()) -> Execution:
        """Run a plan."""
        return Execution(self, plan, seconds, tags)

    def run(self, plan: Any, seconds: float, call: Call | None = None) -> pyarrow.Table | None:
        """Run a plan to its end, and return its rows; None where there are none."""
        execution = self.begin(plan, seconds)
        if call:
            call.execution = execution
        batches = list(execution)
        return pyarrow.Table.from_batches(batches) if batches else None

    def make_view(self, name: str, relation: Any, seconds: float, call: Call | None = None) -> None:
        """Give a relation a name in this session."""
        made = MESSAGES["CreateView"](input=relation, name=name, replace=True)
        self.run(MESSAGES["Plan"](command={"create_view": made}), seconds, call)

    def release(self) -> None:
        """Have the server end the session, and whatever runs in it, without waiting for it."""
        with suppress(grpc.RpcError, ValueError):  # the line may be closed
            self.send("ReleaseSession", {}, WORD_SECONDS)


class Call:
    """What a session waits for at the moment, to be cancelled from another thread."""

    def __init__(self) -> None:
        self.sent: Any = None
        self.execution: Execution | None = None

    def cancel(self) -> None:
        """Have it end soon, without waiting for it."""
        if self.execution:
            self.execution.cancel()
        elif self.sent:
            self.sent.cancel()


class Execution:
    """A plan that runs in the server: going through it yields its rows, as batches of Arrow.

    It can be reattached to. So a server ends what nobody has read for a while (its `detachedTimeout`), as a client that
    died does not. And it may close the line in mid-stream, to be asked for the rest.
    """

    def __init__(self, session: ServerSession, plan: Any, seconds: float, tags: Sequence[str]) -> None:
        self.id = str(uuid.uuid4())
        self._session = session
        self._until = time.monotonic() + seconds
        self._over = threading.Event()
        self._rows = 0
        self._last = ""
        self._is_complete = False
        options = [{"reattach_options": {"reattachable": True}}]
        fields = {"plan": plan, "operation_id": self.id, "request_options": options, "tags": list(tags)}
        self._call = session.send("ExecutePlan", fields, seconds)

    def __iter__(self) -> Iterator[pyarrow.RecordBatch]:
        try:
            while not self._is_complete:
                for response in self._call:
                    yield from self._take(response)
                if not self._is_complete:
                    self._call = self._session.send("ReattachExecute", self._place(), self._seconds_left)
        except (grpc.RpcError, grpc.FutureCancelledError) as error:
            raise _read_error(error) from error
        finally:
            self.close()

    def _take(self, response: Any) -> Iterator[pyarrow.RecordBatch]:
        self._last = response.response_id
        self._is_complete = self._is_complete or response.HasField("result_complete")
        if not response.HasField("arrow_batch"):
            return
        batch = response.arrow_batch
        if batch.HasField("start_offset") and batch.start_offset != self._rows:
            raise ConnectError("DATA_LOSS", "some rows did not come")
        self._rows += batch.row_count
        for read in pyarrow.ipc.open_stream(batch.data):
            if read.num_rows:
                yield read

    def _place(self) -> dict[str, Any]:
        return {"operation_id": self.id, **({"last_response_id": self._last} if self._last else {})}

    @property
    def _seconds_left(self) -> float:
        return max(0.01, self._until - time.monotonic())

    def cancel(self) -> None:
        """Have the server end it, without waiting for it; whoever goes through it gets an error."""
        threading.Thread(target=self._end, name="cancel", daemon=True).start()

    def _end(self) -> None:
        """Interrupt it until it is over: the first word may come before the server knows it."""
        until = time.monotonic() + CANCEL_SECONDS
        while not self._over.is_set() and time.monotonic() < until:
            self._interrupt(WORD_SECONDS)
            self._over.wait(0.2)
        self._call.cancel()

    def _interrupt(self, seconds: float) -> None:
        fields = {"interrupt_type": INTERRUPT_OPERATION, "operation_id": self.id}
        with suppress(ConnectError):
            self._session.ask("Interrupt", fields, seconds)

    def close(self) -> None:
        """End it, also in the server where it is not over."""
        if self._over.is_set():
            return
        self._over.set()
        self._call.cancel()
        if not self._is_complete:
            self._interrupt(CANCEL_SECONDS)
        with suppress(grpc.RpcError, ValueError):  # the line may be closed
            self._session.send("ReleaseExecute", {"operation_id": self.id, "release_all": {}}, WORD_SECONDS)


def make_relation(sql: str, values: Mapping[str, Any]) -> Any:
    """Return a query as a relation, with its values by their names."""
    bound = [
        MESSAGES["Argument"](key=name, value=MESSAGES["Expression"](literal=make_literal(value)))
        for name, value in values.items()
    ]
    return MESSAGES["Relation"](sql=MESSAGES["SQL"](query=sql, named_arguments=bound))


def make_plan(relation: Any) -> Any:
    """Return the plan of a relation."""
    return MESSAGES["Plan"](root=relation)


def make_command(relation: Any) -> Any:
    """Return the plan of a statement that is no query; the SQL is our own."""
    return MESSAGES["Plan"](command={"sql": {"input": relation}})


def make_catalog(**fields: Any) -> Any:
    """Return a relation of what the server's catalogue has."""
    return MESSAGES["Relation"](catalog=fields)


def make_local(columns: Sequence[str], rows: Sequence[tuple[str | None, ...]]) -> Any:
    """Return rows of texts as a relation."""
    cells = list(zip(*rows, strict=True)) or [()] * len(columns)
    table = pyarrow.table(
        {name: pyarrow.array(column, pyarrow.string()) for name, column in zip(columns, cells, strict=True)}
    )
    sink = pyarrow.BufferOutputStream()
    with pyarrow.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return MESSAGES["Relation"](local_relation={"data": sink.getvalue().to_pybytes()})


def make_literal(value: Any) -> Any:
    """Return a value as Connect has it.

    :raises TypeError: for what no criterion has.
    """
    return MESSAGES["Literal"](**_literal(value))


def _literal(value: Any) -> dict[str, Any]:
    match value:
        case None:
            return {"null": {"null": {}}}
        case bool():
            return {"boolean": value}
        case int() if abs(value) <= LARGEST_LONG:
            return {"long": value}
        case ShortFloat():
            return {"float": float(value)}
        case int() | Decimal():
            return _decimal(Decimal(value))
        case float():
            return {"double": value}
        case str():
            return {"string": value}
        case datetime():
            moment = value if value.tzinfo else value.replace(tzinfo=UTC)
            return {"timestamp" if value.tzinfo else "timestamp_ntz": int((moment - EPOCH).total_seconds() * 1_000_000)}
        case date():
            return {"date": value.toordinal() - FIRST_DAY}
        case list():
            elements = [{"null": TEXT} if element is None else _literal(str(element)) for element in value]
            return {"array": {"element_type": TEXT, "elements": elements}}
    raise TypeError(f"{type(value).__name__} can't be bound")


def _decimal(value: Decimal) -> dict[str, Any]:
    """Return a number with all of its digits, or the nearest float where a DECIMAL has no room for them."""
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        return {"double": float(value)}
    scale = max(0, -exponent)
    precision = max(len(digits) + max(0, exponent), scale, 1)
    if precision > MOST_DIGITS:
        return {"double": float(value)}
    return {"decimal": {"value": f"{value:f}", "precision": precision, "scale": scale}}


def _serialize(message: Any) -> bytes:
    return bytes(message.SerializeToString())


def _read_error(error: Exception) -> ConnectError:
    """Return what an error says, with its class and SQLSTATE where Spark tells them."""
    if not isinstance(error, grpc.Call):
        return ConnectError("CANCELLED", "the call was cancelled")
    code, message = error.code(), error.details() or ""
    info = {}
    for key, value in error.trailing_metadata() or ():
        if key == DETAILS:
            status = MESSAGES["Status"].FromString(value)
            for detail in status.details:
                if detail.type_url.endswith("google.rpc.ErrorInfo"):
                    info = {entry.key: entry.value for entry in MESSAGES["ErrorInfo"].FromString(detail.value).metadata}
    name = code.name if code else "UNKNOWN"
    return ConnectError(name, message, info.get("errorClass", ""), info.get("sqlState", ""))
