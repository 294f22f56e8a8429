"""The JSON API, version 1: OpenAPI 3.1 at /api/openapi.json, problem documents for errors, a key for each organisation."""

from flask import Flask
from flask_smorest import Api

from extensions import csrf
from web.api import answers, classification, complaints, merchants
from web.api.schemas import ProblemOut

BLUEPRINTS = (complaints.blp, answers.blp, merchants.blp, classification.blp)
PROBLEM = "application/problem+json"


class ProblemApi(Api):
    """flask-smorest with our errors: web.errors answers for the whole application, and the document says so."""

    ERROR_SCHEMA = ProblemOut

    def _register_error_handlers(self) -> None:
        """web.errors has registered its own."""

    def _register_responses(self) -> None:
        # The default responses are all errors, and errors are problem documents.
        self.DEFAULT_RESPONSE_CONTENT_TYPE = PROBLEM
        super()._register_responses()
        del self.DEFAULT_RESPONSE_CONTENT_TYPE


def init_app(app: Flask) -> None:
    app.config.update(
        API_TITLE="Green Channel",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {"description": "File complaints, follow them, and answer them in the green channel."},
            "components": {
                "securitySchemes": {
                    "key": {"type": "http", "scheme": "bearer", "description": "gck_<prefix>_<secret>"}
                }
            },
            "security": [{"key": []}],
        },
    )
    api = ProblemApi(app)
    for blueprint in BLUEPRINTS:
        csrf.exempt(blueprint)
        api.register_blueprint(blueprint)
