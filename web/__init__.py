"""Everything HTTP. One page module, one blueprint `bp`; this list is where each is put in."""

from flask import Flask

from web import (
    admin,
    api,
    applications,
    auth,
    consumer,
    deadlines,
    desk,
    errors,
    evidence,
    health,
    home,
    join,
    languages,
    learning,
    mediation,
    merchant,
    merchant_profile,
    merchant_search,
    outbox,
    preferences,
    public,
    receipts,
    recovery,
    search,
    security,
    static_urls,
    suggest,
    suggestions,
    templating,
)

PAGES = (
    auth,
    join,
    applications,
    admin,
    home,
    public,
    evidence,
    merchant_search,
    suggest,
    receipts,
    recovery,
    consumer,
    deadlines,
    merchant,
    merchant_profile,
    desk,
    search,
    mediation,
    learning,
    outbox,
    preferences,
    health,
)


def init_app(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    security.init_app(app, in_production=settings.in_production)
    static_urls.init_app(app)
    errors.init_app(app)
    auth.init_app(app)
    app.extensions["babel"].locale_selector = languages.language
    app.extensions["babel"].timezone_selector = languages.timezone
    templating.init_app(app)
    suggestions.init_app(app)
    for bp in dict.fromkeys(page.bp for page in PAGES):  # several modules may share one
        app.register_blueprint(bp)
    api.init_app(app)
