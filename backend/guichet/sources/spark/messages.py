"""The messages of Spark Connect, as far as they are used here, and those of gRPC's errors.

Spark's own client brings them with pandas and NumPy, which nothing here needs. What goes over the wire is told by the
numbers and types of the fields alone; these are never changed, so that servers of Spark 3.5 and later read them.
"""

from __future__ import annotations

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

PACKAGE = "guichet.spark"
# A message a line, a field as `name=number type`, `*` before the type of a repeated one. What is not here is skipped
# where it comes, and never sent.
FIELDS = """
Plan: root=1 Relation, command=2 Command
Relation: sql=10 SQL, local_relation=11 LocalRelation, catalog=200 Catalog
SQL: query=1 string, named_arguments=4 *Argument
Argument: key=1 string, value=2 Expression
Expression: literal=1 Literal
LocalRelation: data=1 bytes, schema=2 string
Catalog: current_database=1 Empty, list_databases=3 Empty, list_tables=4 ListTables
ListTables: db_name=1 string
Command: create_view=3 CreateView, sql=5 SqlCommand
CreateView: input=1 Relation, name=2 string, is_global=3 bool, replace=4 bool
SqlCommand: input=6 Relation
Empty:
Literal: null=1 DataType, binary=2 bytes, boolean=3 bool, long=7 int64, float=10 float, double=11 double,\
 decimal=12 Decimal, string=13 string, date=16 int32, timestamp=17 int64, timestamp_ntz=18 int64, array=22 Array
Decimal: value=1 string, precision=2 int32, scale=3 int32
Array: element_type=1 DataType, elements=2 *Literal
DataType: null=1 Empty, binary=2 Empty, boolean=3 Empty, byte=4 Empty, short=5 Empty, integer=6 Empty, long=7 Empty,\
 float=8 Empty, double=9 Empty, decimal=10 DecimalType, string=11 StringType, char=12 Length, var_char=13 Length,\
 date=14 Empty, timestamp=15 Empty, timestamp_ntz=16 Empty, calendar_interval=17 Empty, year_month_interval=18 Empty,\
 day_time_interval=19 Empty, array=20 ArrayType, struct=21 Struct, map=22 Empty, unparsed=24 Empty, variant=25 Empty,\
 time=28 Empty
DecimalType: scale=1 int32, precision=2 int32
StringType: collation=2 string
Length: length=1 int32
ArrayType: element_type=1 DataType
Struct: fields=1 *StructField
StructField: name=1 string, data_type=2 DataType
UserContext: user_id=1 string
KeyValue: key=1 string, value=2 string
ConfigRequest: session_id=1 string, user_context=2 UserContext, operation=3 ConfigOperation, client_type=4 string,\
 client_observed_server_side_session_id=8 string
ConfigOperation: set=1 ConfigSet
ConfigSet: pairs=1 *KeyValue
ConfigResponse: server_side_session_id=4 string
ExecutePlanRequest: session_id=1 string, user_context=2 UserContext, plan=3 Plan, client_type=4 string,\
 request_options=5 *RequestOption, operation_id=6 string, tags=7 *string,\
 client_observed_server_side_session_id=8 string
RequestOption: reattach_options=1 ReattachOptions
ReattachOptions: reattachable=1 bool
ExecutePlanResponse: arrow_batch=2 ArrowBatch, response_id=13 string, result_complete=14 Empty
ArrowBatch: row_count=1 int64, data=2 bytes, start_offset=3 int64
ReattachExecuteRequest: session_id=1 string, user_context=2 UserContext, operation_id=3 string, client_type=4 string,\
 last_response_id=5 string, client_observed_server_side_session_id=6 string
ReleaseExecuteRequest: session_id=1 string, user_context=2 UserContext, operation_id=3 string, client_type=4 string,\
 release_all=5 Empty
InterruptRequest: session_id=1 string, user_context=2 UserContext, client_type=3 string, interrupt_type=4 int32,\
 operation_tag=5 string, operation_id=6 string
InterruptResponse: interrupted_ids=2 *string
AnalyzePlanRequest: session_id=1 string, user_context=2 UserContext, client_type=3 string, schema=4 Schema,\
 explain=5 Explain, client_observed_server_side_session_id=17 string
Schema: plan=1 Plan
Explain: plan=1 Plan, explain_mode=2 int32
AnalyzePlanResponse: schema=2 SchemaAnswer, explain=3 ExplainAnswer
SchemaAnswer: schema=1 DataType
ExplainAnswer: explain_string=1 string
ReleaseSessionRequest: session_id=1 string, user_context=2 UserContext, client_type=3 string
Status: code=1 int32, message=2 string, details=3 *AnyDetail
AnyDetail: type_url=1 string, value=2 bytes
ErrorInfo: reason=1 string, metadata=3 *KeyValue
"""
FieldProto = descriptor_pb2.FieldDescriptorProto
SCALARS = {
    "string": FieldProto.TYPE_STRING,
    "bytes": FieldProto.TYPE_BYTES,
    "bool": FieldProto.TYPE_BOOL,
    "int32": FieldProto.TYPE_INT32,
    "int64": FieldProto.TYPE_INT64,
    "float": FieldProto.TYPE_FLOAT,
    "double": FieldProto.TYPE_DOUBLE,
}

# What InterruptRequest and Explain take.
INTERRUPT_OPERATION = 3
EXPLAIN_FORMATTED = 5


def _build() -> dict[str, Any]:
    # By the older syntax a field that was set is sent, whatever its value, as that of a `oneof` is.
    file = descriptor_pb2.FileDescriptorProto(name="guichet_spark.proto", package=PACKAGE, syntax="proto2")
    for line in FIELDS.strip().splitlines():
        name, _, fields = line.partition(":")
        message = file.message_type.add(name=name)
        for field in filter(None, map(str.strip, fields.split(","))):
            named, _, type_ = field.partition(" ")
            label = FieldProto.LABEL_REPEATED if type_.startswith("*") else FieldProto.LABEL_OPTIONAL
            type_ = type_.removeprefix("*")
            field_name, _, number = named.partition("=")
            made = message.field.add(name=field_name, number=int(number), label=label)
            made.type = SCALARS.get(type_, FieldProto.TYPE_MESSAGE)
            if type_ not in SCALARS:
                made.type_name = f".{PACKAGE}.{type_}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {
        message.name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{PACKAGE}.{message.name}"))
        for message in file.message_type
    }


MESSAGES: dict[str, Any] = _build()
