"""Tables, and nothing a table does not need."""

from models.admin_event import AdminEvent
from models.attachment import Attachment
from models.base import db
from models.complaint import Complaint, Contact, Event, Handover
from models.deadline import CalendarDay, ClockRevision, Deadline, Escalation, Pause, SlaRule
from models.draft import Draft
from models.learning import ReadingDay, VocabularyDay
from models.notice import Notice
from models.organisations import Department, Merchant, MerchantApplication
from models.people import ApiKey, Invitation, SavedFilter, User
from models.reclassification import Doubt, Reclassification, ReclassificationChunk
from models.repeat import Repeat
from models.routing import RoutingRule
from models.settlement import Agreement, Compensation, Offer
from models.suggestion import Correction, Suggestion

__all__ = [
    "AdminEvent",
    "Agreement",
    "ApiKey",
    "Attachment",
    "CalendarDay",
    "ClockRevision",
    "Compensation",
    "Complaint",
    "Contact",
    "Correction",
    "Deadline",
    "Department",
    "Doubt",
    "Draft",
    "Escalation",
    "Event",
    "Handover",
    "Invitation",
    "Merchant",
    "MerchantApplication",
    "Notice",
    "Offer",
    "Pause",
    "ReadingDay",
    "Reclassification",
    "ReclassificationChunk",
    "Repeat",
    "RoutingRule",
    "SavedFilter",
    "SlaRule",
    "Suggestion",
    "User",
    "VocabularyDay",
    "db",
]
