"""Every way in which Twilio says no to these ten operations."""

from dataclasses import dataclass

from pytest_twilio_users.contract.arguments import as_text
from pytest_twilio_users.contract.arrivals import arrive
from pytest_twilio_users.contract.evidence import Evidence
from pytest_twilio_users.errors import InvalidArgument, brief, known_names

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """One way in which Twilio says no.

    `message` may hold `{path}` and `{method}`, filled in for the request.
    `evidence` is for the weakest of status, code and message; `note` says more.
    `planned` ones never follow from a request alone: the stub gives them only
    where a test asks for it, by `routes["create_user"].refuse("unavailable")`, by a limit, or
    where an application that it tells of the change says no.
    """

    name: str
    case: str
    status: int
    code: int
    message: str
    evidence: Evidence
    note: str = ""
    planned: bool = False

    @property
    def statement(self) -> str:
        """The refusal as a sentence about the service."""
        return f"{self.case}: {self.status}, code {self.code}, `{self.message}`"


MORE_INFO = "https://www.twilio.com/docs/errors/{code}"

NOT_FOUND = Refusal(
    name="not_found",
    case="There is no such user, service or path",
    status=404,
    code=20404,
    message="The requested resource {path} was not found",
    evidence=Evidence.SIBLING,
    note="The path is given without /v1; one support article shows it with /v1.",
)
IDENTITY_TAKEN = Refusal(
    name="identity_taken",
    case="The identity is already taken in the service",
    status=409,
    code=50201,
    message="User already exists",
    evidence=Evidence.THIRD_PARTY,
    note="Status and message are sibling.",
)
IDENTITY_MISSING = Refusal(
    name="identity_missing",
    case="Identity is missing",
    status=400,
    code=20001,
    message="Missing required parameter Identity in the post body",
    evidence=Evidence.SIBLING,
    note="A JSON body counts as missing, too: it is not read, and does not get 415.",
)
IDENTITY_EMPTY = Refusal(
    name="identity_empty",
    case="Identity is empty",
    status=400,
    code=50204,
    message="Identity not provided",
    evidence=Evidence.INFERRED,
    note="Recorded for participants.",
)
IDENTITY_TOO_LONG = Refusal(
    name="identity_too_long",
    case="Identity is longer than 256 characters",
    status=400,
    code=50207,
    message="Identity too long",
    evidence=Evidence.INFERRED,
    note="The code is documented.",
)
IDENTITY_LIKE_SID = Refusal(
    name="identity_like_sid",
    case="Identity looks like a User SID",
    status=400,
    code=50206,
    message="Identity should not match user SID pattern",
    evidence=Evidence.INFERRED,
    note="The code is documented.",
)
IDENTITY_RESERVED = Refusal(
    name="identity_reserved",
    case="Identity is reserved (`system`)",
    status=400,
    code=50203,
    message="Identity reserved",
    evidence=Evidence.INFERRED,
    note="The code is documented; which names are reserved is not.",
)
ATTRIBUTES_NOT_JSON = Refusal(
    name="attributes_not_json",
    case="Attributes is not valid JSON",
    status=400,
    code=50304,
    message="Attributes not valid JSON",
    evidence=Evidence.RECORDED,
)
ATTRIBUTES_NO_OBJECT = Refusal(
    name="attributes_no_object",
    case="Attributes is valid JSON, but not an object",
    status=400,
    code=50304,
    message="Attributes not valid JSON",
    evidence=Evidence.INFERRED,
)
ATTRIBUTES_TOO_LONG = Refusal(
    name="attributes_too_long",
    case="Attributes is over 16,384 bytes of UTF-8",
    status=400,
    code=50303,
    message="Attributes too long",
    evidence=Evidence.INFERRED,
    note="The limit (16 KB) and the code are documented.",
)
FRIENDLY_NAME_TOO_LONG = Refusal(
    name="friendly_name_too_long",
    case="FriendlyName is longer than 256 characters",
    status=400,
    code=50003,
    message="Friendly name too long",
    evidence=Evidence.INFERRED,
    note="The code is documented.",
)
ROLE_SID_MALFORMED = Refusal(
    name="role_sid_malformed",
    case="RoleSid is malformed",
    status=400,
    code=20001,
    message="Invalid parameter RoleSid",
    evidence=Evidence.INFERRED,
)
ROLE_UNKNOWN = Refusal(
    name="role_unknown",
    case="RoleSid is well-formed, but no role has it",
    status=400,
    code=50100,
    message="Role not found",
    evidence=Evidence.INFERRED,
    note="The code is documented.",
)
WEBHOOK_ENABLED_MALFORMED = Refusal(
    name="webhook_enabled_malformed",
    case="X-Twilio-Webhook-Enabled is neither true nor false",
    status=400,
    code=20001,
    message="Invalid parameter X-Twilio-Webhook-Enabled",
    evidence=Evidence.INFERRED,
)
PAGE_SIZE_MALFORMED = Refusal(
    name="page_size_malformed",
    case="PageSize is zero, negative or not an integer",
    status=400,
    code=20001,
    message="Invalid parameter PageSize",
    evidence=Evidence.INFERRED,
)
PAGE_MALFORMED = Refusal(
    name="page_malformed",
    case="Page is negative or not an integer",
    status=400,
    code=20001,
    message="Invalid parameter Page",
    evidence=Evidence.INFERRED,
)
PAGE_TOKEN_UNKNOWN = Refusal(
    name="page_token_unknown",
    case="Nobody issued the PageToken",
    status=400,
    code=21481,
    message="Invalid PageToken",
    evidence=Evidence.INFERRED,
    note="The code is documented for the platform.",
)
NO_CREDENTIALS = Refusal(
    name="no_credentials",
    case="The request has no credentials",
    status=401,
    code=20003,
    message="Authentication Error - No credentials provided",
    evidence=Evidence.SIBLING,
    note="It is inferred that a Bearer token, or another scheme, counts as none.",
)
USERNAME_INVALID = Refusal(
    name="username_invalid",
    case="The user name is neither an Account SID nor a key SID",
    status=401,
    code=20003,
    message="Authentication Error - invalid username",
    evidence=Evidence.SIBLING,
)
TOKEN_WRONG = Refusal(
    name="token_wrong",
    case="The token is wrong",
    status=401,
    code=20003,
    message="Authenticate",
    evidence=Evidence.SIBLING,
)
TEST_CREDENTIALS = Refusal(
    name="test_credentials",
    case="The credentials are test credentials",
    status=403,
    code=20008,
    message="Resource not accessible with Test Account Credentials",
    evidence=Evidence.SIBLING,
    note="It is documented that these operations refuse them.",
)
METHOD_NOT_ALLOWED = Refusal(
    name="method_not_allowed",
    case="The path exists, but not with this method",
    status=405,
    code=20004,
    message="The requested resource {path} does not support the attempted HTTP method {method}",
    evidence=Evidence.SIBLING,
)
TOO_MANY_REQUESTS = Refusal(
    name="too_many_requests",
    case="Too many requests are under way for the account",
    status=429,
    code=20429,
    message="Too Many Requests",
    evidence=Evidence.DOCUMENTED,
    planned=True,
)
TOO_MANY_CHANGES = Refusal(
    name="too_many_changes",
    case="Too many changes a second in the service (documented: 30)",
    status=429,
    code=50063,
    message="Actions per second limit exceeded",
    evidence=Evidence.DOCUMENTED,
    note="50074 is the other candidate.",
    planned=True,
)
WEBHOOK_REFUSED = Refusal(
    name="webhook_refused",
    case="The service's pre-event webhook refused the change",
    status=403,
    code=50056,
    message="Webhook disabled processing of command",
    evidence=Evidence.INFERRED,
    note="The code is documented.",
    planned=True,
)
INTERNAL_ERROR = Refusal(
    name="internal_error",
    case="Twilio failed",
    status=500,
    code=20500,
    message="Internal Server Error",
    evidence=Evidence.DOCUMENTED,
    planned=True,
)
UNAVAILABLE = Refusal(
    name="unavailable",
    case="Twilio is unavailable",
    status=503,
    code=20503,
    message="Service Unavailable",
    evidence=Evidence.DOCUMENTED,
    planned=True,
)

REFUSALS = {
    refusal.name: refusal for refusal in list(vars().values()) if isinstance(refusal, Refusal)
}
"""Every refusal that the stub can give, by name."""


def known_refusal(name: str) -> Refusal:
    """The refusal of a name.

    Raises:
        InvalidArgument: there is none.
    """
    text = as_text(name) or ""
    if text not in REFUSALS:
        raise InvalidArgument(f"{brief(name)} is not a refusal.{known_names(text, REFUSALS)}")
    return REFUSALS[text]


arrive(Refusal)
