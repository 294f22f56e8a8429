"""What administrators and verifying officers changed: who, what, from what to what, and when. Rows are never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, ForeignKey, Index, String, Text
from sqlalchemy.event import listen
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import BigId, db
from models.codes import AdminAction
from models.columns import coded
from models.complaint import Event
from models.people import User


class AdminEvent(db.Model):
    """One change to how the service works. `subject` names the thing: a code, a day, user:<id>."""

    __tablename__ = "admin_events"
    __table_args__ = (Index("ix_admin_events_subject", "subject"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # None: an operator's command
    action: Mapped[AdminAction] = mapped_column(coded(AdminAction))
    subject: Mapped[str] = mapped_column(String(160))
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str] = mapped_column(Text, default="")

    actor: Mapped[User | None] = relationship()


# The trigger calls the function that guards the events of complaints, so that table comes first.
AdminEvent.__table__.add_is_dependent_on(Event.__table__)
APPEND_ONLY = (
    "CREATE TRIGGER admin_events_append_only BEFORE UPDATE OR DELETE ON admin_events"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
)
listen(AdminEvent.__table__, "after_create", DDL(APPEND_ONLY))
