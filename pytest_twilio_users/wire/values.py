"""Every value in a request that the contract does not allow.

Twilio refuses these, so its answer tells them; what it takes without a word is
found by `conformity.check_request`. Together they are every way in which a
request breaks the contract.
"""

from collections.abc import Iterator, Mapping

from pytest_twilio_users.contract.fields import Kind
from pytest_twilio_users.contract.operations import SERVICE_SID, USER, Parameter, Part
from pytest_twilio_users.wire.codec import Call, decode_number
from pytest_twilio_users.wire.violations import Violation, error, is_json_object


def check_values(call: Call) -> tuple[Violation, ...]:
    """Find the values that Twilio refuses, and required ones that are missing."""
    given: dict[Part, Mapping[str, str | None]] = {
        Part.PATH: {SERVICE_SID.name: call.service_sid, USER.name: call.user},
        Part.QUERY: dict(call.query),
        Part.FORM: dict(call.form),
        Part.HEADER: {},  # `check_request` looks at the one header
    }
    return tuple(
        error(f"{parameter.part}.{parameter.name}", found, f"allowed: {allowed}")
        for parameter in call.operation.parameters
        for found, allowed in _complaints(parameter, given[parameter.part].get(parameter.name))
    )


def _complaints(parameter: Parameter, value: str | None) -> Iterator[tuple[str, str]]:
    """What was found and what is allowed, for each rule that the value breaks."""
    if value is None:
        if parameter.required:
            yield "nothing", "it is required"
        return
    if parameter.required and value == "":
        yield "an empty text", "some text"
    if parameter.sid is not None and not parameter.sid.matches(value):
        yield repr(value), parameter.sid.pattern
    if parameter.max_length is not None and len(value) > parameter.max_length:
        yield f"{len(value)} characters", f"at most {parameter.max_length}"
    size = len(value.encode())
    if parameter.max_bytes is not None and size > parameter.max_bytes:
        yield f"{size} bytes", f"at most {parameter.max_bytes}"
    if parameter.kind is Kind.JSON_OBJECT and not is_json_object(value):
        yield repr(value[:80]), "text that holds a JSON object"
    if parameter.kind is Kind.INTEGER:
        number = decode_number(value)
        if number is None or number < (parameter.minimum or 0):
            yield repr(value), f"whole numbers from {parameter.minimum}"
