"""A demonstration town of invented people, merchants and complaints. Never in production."""
