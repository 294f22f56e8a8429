"""Puts the parts together. Nothing is connected at import."""

import base64

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import cli
import logs
import web
from extensions import babel, csrf, limiter, login, migrate
from jobs import queue
from models import connections, db, faults
from models.columns import seal
from settings import Settings
from web import suggestions


def create_app(settings: Settings | None = None) -> Flask:
    """The whole application from its settings, or from the environment. Raises InvalidSettings when that is not complete."""
    settings = settings or Settings.from_env()
    if settings.environment != "test":
        logs.configure(settings)
    app = Flask(__name__)
    app.config.from_mapping(
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        # Parameters stay out of logs: they are what people wrote.
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_size": 6,
            "max_overflow": 4,
            "hide_parameters": True,
        },
        SECRET_KEY=settings.secret_key,
        BABEL_DEFAULT_LOCALE=settings.default_locale,
        BABEL_DEFAULT_TIMEZONE=settings.timezone,
        MODEL_DIR=str(settings.model_dir),
        SETTINGS=settings,
        RATELIMIT_STORAGE_URI=queue.limits_url(settings),
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        RATELIMIT_SWALLOW_ERRORS=True,
        RATELIMIT_ENABLED=settings.environment != "test",
        TESTING=settings.environment == "test",
    )
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    seal.use([base64.urlsafe_b64encode(settings.data_key).decode()])

    db.init_app(app)
    with app.app_context():
        connections.watch(db.engine)
        faults.watch(db.engine)
    migrate.init_app(app, db)
    babel.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
    login.init_app(app)
    queue.init_app(app, settings)
    web.init_app(app)
    cli.init_app(app)
    return app


def serve() -> Flask:
    """The application for a web process, which lives long: whoever comes first does not wait for the model."""
    app = create_app()
    with app.app_context():
        suggestions.of("退款")
    queue.settle()
    return app
