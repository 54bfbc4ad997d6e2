"""RunPod's GraphQL API: the schema is enforced before anything is done, business errors come with status 200."""

from __future__ import annotations

import inspect
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    build_schema,
    execute_sync,
    parse,
    validate,
    visit,
)
from graphql.execution.values import get_variable_values
from graphql.language import Visitor

from .account import Account
from .graphql_mutations import Mutations
from .graphql_queries import Queries
from .http_server import Request, Response
from .refusal import Refusal, broken

SCHEMA = Path(__file__).resolve().parents[1] / "runpod.graphql"
NO_INTROSPECTION = (
    "GraphQL introspection is not allowed by Apollo Server, but the query contained __schema or __type. "
    "To enable introspection, pass introspection: true to ApolloServer in production"
)


class _Introspection(Visitor):
    found = False

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        self.found = self.found or node.name.value in ("__schema", "__type")


class Call:
    """One GraphQL request on its way through."""

    def __init__(self, request: Request) -> None:
        body = request.json()
        self.source: str = body["query"]
        self.variables: dict[str, Any] = body.get("variables") or {}
        self.operation_name: str | None = body.get("operationName")

    @cached_property
    def document(self) -> DocumentNode:
        """The document; raises GraphQLError."""
        return parse(self.source)

    @property
    def operation(self) -> OperationDefinitionNode | None:
        """The operation that is to be done."""
        operations = [node for node in self.document.definitions if isinstance(node, OperationDefinitionNode)]
        named = [node for node in operations if node.name and node.name.value == self.operation_name]
        return next(iter(named or operations), None)

    @property
    def fields(self) -> list[str]:
        """The names of its root fields."""
        operation = self.operation
        nodes = operation.selection_set.selections if operation else ()
        return [node.name.value for node in nodes if isinstance(node, FieldNode)]


class GraphQLFace:
    """Answers POST /graphql."""

    name = "graphql"

    def __init__(self, account: Account) -> None:
        self.account = account
        self.settings = account.settings
        self.schema: GraphQLSchema = build_schema(SCHEMA.read_text())

    def operation(self, request: Request) -> str:
        """The root fields, as faults and records name them."""
        try:
            return ",".join(Call(request).fields)
        except (ValueError, KeyError, TypeError, GraphQLError):
            return ""

    async def handle(self, request: Request) -> Response:
        """One call."""
        agent = request.headers.get("user-agent", "")
        if self.settings.user_agent_ban or not agent or fnmatchcase(agent, self.settings.banned_agents):
            return Response(403, "error code: 1010")
        if self.settings.graphql_retired:
            return Response(410, {"message": "The GraphQL API has been retired. Use https://api.runpod.io/v2."})
        if self.settings.graphql_limited:
            after = self.settings.graphql_retry_after
            return Response(
                429, {"message": "Too Many Requests"}, {} if after is None else {"retry-after": str(after)}
            )
        if request.method != "POST":
            return Response(405, "Method Not Allowed", {"allow": "POST"})
        key = request.bearer or request.query.get("api_key")
        access = self.account.access(key)
        if key and access is None:
            return self._unauthorized()
        try:
            call = Call(request)
        except (ValueError, KeyError, TypeError):
            return self._refuse(
                [GraphQLError("POST body missing, invalid Content-Type, or JSON object has no keys.")], "BAD_REQUEST"
            )
        try:
            document = call.document
        except GraphQLError as error:
            return self._refuse([error], "GRAPHQL_PARSE_FAILED")
        errors = validate(self.schema, document)
        if not errors and call.operation:
            coerced = get_variable_values(self.schema, call.operation.variable_definitions or (), call.variables)
            errors = coerced if isinstance(coerced, list) else []
        introspection = _Introspection()
        visit(document, introspection)
        if introspection.found:
            errors = [GraphQLError(NO_INTROSPECTION)]
        if errors:
            return self._refuse(errors, "GRAPHQL_VALIDATION_FAILED")
        return self._execute(call, "restricted" if self._has_no_scope else access or "none")

    def _execute(self, call: Call, access: str) -> Response:
        self.account.settle()
        root = {**members(Queries(self.account, access)), **members(Mutations(self.account, access))}
        result = execute_sync(
            self.schema,
            call.document,
            root_value={name: _answering(function) for name, function in root.items()},
            variable_values=call.variables,
            operation_name=call.operation_name,
        )
        answer: dict[str, Any] = {}
        if result.errors:
            answer["errors"] = [self._business(error) for error in result.errors]
        answer["data"] = result.data
        return Response(200, answer)

    @property
    def _has_no_scope(self) -> bool:
        return self.settings.scope_too_small or self.settings.graphql_forbidden

    def _business(self, error: GraphQLError) -> dict[str, Any]:
        cause = error.original_error
        known = cause if isinstance(cause, Refusal) else broken()
        if cause is not None and not isinstance(cause, Refusal):
            raise cause
        extensions = {"code": known.code} if known.code else {}
        if known.code == "SUPPLY_CONSTRAINT":
            extensions["userId"] = self.account.id
        return {"message": known.message, "path": error.path, "extensions": extensions}

    def _refuse(self, errors: list[GraphQLError], code: str) -> Response:
        rows = [
            {
                # RunPod's engine is JavaScript's, which quotes names so.
                "message": error.message.replace("'", '"'),
                "locations": [{"line": place.line, "column": place.column} for place in error.locations or ()],
                "extensions": {"code": code},
            }
            for error in errors
        ]
        return Response(400, {"errors": rows})

    def _unauthorized(self) -> Response:
        match self.settings.unauthorized_body:
            case "html":
                return Response(401, "<html><body>401 Unauthorized</body></html>", {"content-type": "text/html"})
            case "empty":
                return Response(401)
        return Response(401, {"errors": [{"message": "Unauthorized", "extensions": {"code": "UNAUTHENTICATED"}}]})


def members(thing: object) -> dict[str, Any]:
    """The resolvers that an object has: its public methods."""
    return {name: value for name, value in inspect.getmembers(thing, callable) if not name.startswith("_")}


def _answering(function: Any) -> Any:
    return lambda _info, **arguments: function(**arguments)
