"""What the schema cannot read off the code."""

from __future__ import annotations

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # found by its target, never called by us
    target_class = "grader.api.authentication.CredentialAuthentication"
    name = "courseToken"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A course's token, with the scopes read, submit and results as they were given.",
        }
