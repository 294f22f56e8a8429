"""Flask that takes JSON and gives JSON, and nothing else."""

from flask import Flask, Response, jsonify, request


def create_app() -> Flask:
    app = Flask(__name__)

    @app.post("/")
    def echo() -> tuple[Response, int]:
        given = request.get_json()
        return jsonify(receipt="GC000000000", letters=len(given["text"])), 201

    return app
