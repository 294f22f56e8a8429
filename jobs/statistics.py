"""What PostgreSQL knows of its tables and plans by, renewed where a job has just changed much of one."""

from sqlalchemy import text

from models import db
from models.base import Base

LARGE_SHARE = 0.1  # of the rows there are; PostgreSQL itself begins there, but only when it comes by
CHANGED = text(
    "SELECT relname FROM pg_stat_user_tables WHERE schemaname = current_schema() AND relname = ANY(:names)"
    " AND n_mod_since_analyze > 0 AND n_mod_since_analyze >= :share * n_live_tup ORDER BY relname"
)


def renew(*tables: type[Base]) -> list[str]:
    """ANALYZE those of `tables` of which a large share has changed since that was last done, and name them.

    Until then lists and counts are planned for rows that are no more. Commits, and wants nothing left to commit.
    """
    session = db.session()
    session.execute(text("SELECT pg_stat_force_next_flush()"))  # what this process changed counts at once
    session.commit()
    names = [table.__tablename__ for table in tables]
    changed = list(session.scalars(CHANGED, {"names": names, "share": LARGE_SHARE}))
    for name in changed:
        session.execute(text(f"ANALYZE {name}"))
    session.commit()
    return changed
