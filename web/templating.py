"""What every template can say: the filters and functions that docs/templates.md lists."""

import secrets

from babel.support import Translations
from flask import Flask, g
from flask_babel import get_locale, get_translations

import i18n
from models import codes
from web import errors, languages, moments, navigation, preferences, tones


def init_app(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda one: _words().ugettext(one),
        ngettext=lambda one, many, number: _words().ungettext(one, many, number),
        newstyle=True,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        label=i18n.label,
        day=i18n.day,
        due=i18n.due,
        instant=i18n.instant,
        until=i18n.until,
        since=i18n.since,
        lasting=i18n.length,
        percent=i18n.percent,
        short_day=i18n.short_day,
        words=i18n.words,
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


def _words() -> Translations:
    """Those of the language in force, looked up anew only where that changes: a page asks a hundred times."""
    locale = get_locale()
    known = g.get("words")
    if known is None or known[0] is not locale:
        known = g.words = (locale, get_translations())
    translations: Translations = known[1]
    return translations
