"""The pages of administration, a noun a module; each puts its views into the one blueprint."""

from web.admin import calendar, departments, jobs, log, overview, people, reclassification, routing, rules
from web.admin.pages import bp

__all__ = [
    "bp",
    "calendar",
    "departments",
    "jobs",
    "log",
    "overview",
    "people",
    "reclassification",
    "routing",
    "rules",
]
