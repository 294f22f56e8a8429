"""Everything HTTP. One page module, one blueprint `bp`; this list is where each is put in."""

import secrets

from flask import Flask

import i18n
from models import codes
from web import (
    api,
    auth,
    errors,
    health,
    home,
    languages,
    merchant,
    merchant_profile,
    moments,
    navigation,
    preferences,
    security,
    static_urls,
    tones,
)

PAGES = (auth, home, merchant, merchant_profile, preferences, health)


def init_app(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    security.init_app(app, in_production=settings.in_production)
    static_urls.init_app(app)
    errors.init_app(app)
    auth.init_app(app)
    app.extensions["babel"].locale_selector = languages.language
    app.extensions["babel"].timezone_selector = languages.timezone
    _give_words_to_templates(app)
    for page in PAGES:
        app.register_blueprint(page.bp)
    api.init_app(app)


def _give_words_to_templates(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        label=i18n.label,
        day=i18n.day,
        instant=i18n.instant,
        until=i18n.until,
        since=i18n.since,
        length=i18n.length,
    )
    app.jinja_env.globals.update(
        LANGUAGES=i18n.LANGUAGES,
        choices=i18n.choices,
        direction=i18n.direction,
        duration=i18n.duration,
        codes=codes,
        error_title=errors.title,
        face=tones.face,
        face_of=tones.face_of,
        language_tag=i18n.language_tag,
        foot_links=navigation.foot_links,
        has_endpoint=navigation.has_endpoint,
        here=navigation.here,
        level_words=i18n.level,
        local=i18n.local,
        look=tones.look,
        major=i18n.major,
        money=i18n.money,
        nav=navigation.nav,
        now=moments.now,
        once=lambda: secrets.token_urlsafe(16),
        operator_name=settings.operator_name,
        theme=preferences.theme,
        viewer=languages.viewer,
    )
