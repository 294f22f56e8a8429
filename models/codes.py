"""Every code that is stored. Words for people are in the catalogues, not here."""

from enum import StrEnum


class Kind(StrEnum):
    """What was sent in: a report is a clue of illegality and never a synonym of complaint (Decree 121 art 3)."""

    COMPLAINT = "complaint"
    REPORT = "report"


class Status(StrEnum):
    """Where a complaint is in its life."""

    SUBMITTED = "submitted"
    TRIAGE = "triage"
    SUPPLEMENTING = "supplementing"
    WITH_FIRST_RECEIVER = "with_first_receiver"
    NEGOTIATING = "negotiating"
    PENDING_ACCEPTANCE = "pending_acceptance"
    ACCEPTED = "accepted"
    MEDIATING = "mediating"
    SUSPENDED = "suspended"
    AGREED = "agreed"
    CLOSED = "closed"
    NOT_ACCEPTED = "not_accepted"
    TERMINATED = "terminated"
    WITHDRAWN = "withdrawn"


ENDED = frozenset({Status.CLOSED, Status.NOT_ACCEPTED, Status.TERMINATED, Status.WITHDRAWN})
OPEN = frozenset(Status) - ENDED


class Outcome(StrEnum):
    """What came of it. Ended and solved are two things."""

    REFUNDED = "refunded"
    PARTLY_REFUNDED = "partly_refunded"
    REPAIRED_OR_REPLACED = "repaired_or_replaced"
    REDONE = "redone"
    COMPENSATED = "compensated"
    APOLOGY = "apology"
    REJECTED_BY_MERCHANT = "rejected_by_merchant"
    NO_AGREEMENT = "no_agreement"
    WITHDRAWN = "withdrawn"
    OUT_OF_SCOPE = "out_of_scope"
    UNREACHABLE = "unreachable"
    REFERRED = "referred"


class Action(StrEnum):
    """What can be done to a complaint through workflow.perform."""

    SUBMIT = "submit"
    ASK_TRIAGE = "ask_triage"
    ROUTE = "route"
    CLASSIFY = "classify"
    ASK_SUPPLEMENT = "ask_supplement"
    SUPPLEMENT = "supplement"
    OFFER_TRANSFER = "offer_transfer"
    CONFIRM_TRANSFER = "confirm_transfer"
    DECLINE_TRANSFER = "decline_transfer"
    OPEN_GREEN_CHANNEL = "open_green_channel"
    REQUEST_ACCEPTANCE = "request_acceptance"
    ANSWER = "answer"
    OFFER = "offer"
    COUNTER = "counter"
    DISPUTE = "dispute"
    AGREE = "agree"
    PAY_AT_ONCE = "pay_at_once"
    LEAVE_GREEN_CHANNEL = "leave_green_channel"
    CLOSE_GREEN_CHANNEL = "close_green_channel"
    ACCEPT = "accept"
    REFUSE = "refuse"
    START_MEDIATION = "start_mediation"
    SUSPEND = "suspend"
    RESUME = "resume"
    REPORT_PERFORMED = "report_performed"
    CONFIRM_PERFORMED = "confirm_performed"
    CLOSE_PERFORMED = "close_performed"
    REOPEN = "reopen"
    TERMINATE = "terminate"
    WITHDRAW = "withdraw"
    ASSIGN = "assign"
    NOTE = "note"
    SHOW_CONTACT = "show_contact"
    MESSAGE = "message"
    ATTACH = "attach"
    ESCALATE = "escalate"
    EXPIRE_OFFER = "expire_offer"
    DESIGNATE = "designate"
    RECKON = "reckon"
    SPLIT = "split"
    UNLOCK_COMPENSATION = "unlock_compensation"
    ASK_COMPENSATION = "ask_compensation"
    APPROVE_COMPENSATION = "approve_compensation"
    REFUSE_COMPENSATION = "refuse_compensation"
    PAY_COMPENSATION = "pay_compensation"
    MISS_COMPENSATION = "miss_compensation"
    CONFIRM_COMPENSATION = "confirm_compensation"
    RECOVER_COMPENSATION = "recover_compensation"
    END_RECOVERY = "end_recovery"
    CHANGE_CONTACT = "change_contact"
    ALLOW_CONTACT = "allow_contact"
    DISALLOW_CONTACT = "disallow_contact"


class Industry(StrEnum):
    HOUSEKEEPING = "housekeeping"
    CATERING = "catering"
    PREPAID_CARD = "prepaid_card"
    ECOMMERCE = "ecommerce"
    OTHER = "other"


class Issue(StrEnum):
    REFUND_REFUSED = "refund_refused"
    QUALITY = "quality"
    FALSE_ADVERTISING = "false_advertising"
    FOOD_SAFETY = "food_safety"
    MERCHANT_CLOSED = "merchant_closed"
    PRICE_FEE = "price_fee"
    DELIVERY = "delivery"
    SERVICE_ATTITUDE = "service_attitude"
    CONTRACT_TERMS = "contract_terms"
    PERSONAL_INJURY = "personal_injury"
    DAMAGE_THEFT = "damage_theft"
    PRIVACY = "privacy"
    COUNTERFEIT = "counterfeit"
    SAFETY_HAZARD = "safety_hazard"
    OTHER = "other"


class Urgency(StrEnum):
    EMERGENCY = "emergency"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Lane(StrEnum):
    ORDINARY = "ordinary"
    INTERNATIONAL = "international"
    EMERGENCY = "emergency"


class Hazard(StrEnum):
    """What keeps a complaint out of the green channel (domain 5.3, safety overrides)."""

    INJURY = "injury"
    FOOD_POISONING = "food_poisoning"
    MINOR_IN_DANGER = "minor_in_danger"
    CRIME = "crime"
    SUSPECTED = "suspected"  # nobody named one, but the classifier reads one; a person may clear it


class Channel(StrEnum):
    """How it came in."""

    WEB = "web"
    API = "api"
    IMPORT = "import"
    COUNTER = "counter"


class Remedy(StrEnum):
    """What is asked for or offered (Decree 121 form 1)."""

    REFUND = "refund"
    COMPENSATION = "compensation"
    REPAIR = "repair"
    REPLACE = "replace"
    REDO = "redo"
    APOLOGY = "apology"


class Role(StrEnum):
    CONSUMER = "consumer"
    MERCHANT = "merchant"
    OFFICER = "officer"
    MEDIATOR = "mediator"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    SYSTEM = "system"


STAFF = frozenset({Role.OFFICER, Role.SUPERVISOR})
DEPARTMENT_ROLES = frozenset({Role.OFFICER, Role.SUPERVISOR, Role.MEDIATOR})


class DepartmentKind(StrEnum):
    AUTHORITY = "authority"
    ASSOCIATION = "association"
    MEDIATION_CENTRE = "mediation_centre"
    COORDINATION = "coordination"


class Membership(StrEnum):
    """A merchant's standing in the green channel."""

    NONE = "none"
    APPLIED = "applied"
    MEMBER = "member"
    SUSPENDED = "suspended"


class ApplicationStatus(StrEnum):
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    REFUSED = "refused"


class OfferStatus(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    COUNTERED = "countered"
    DECLINED = "declined"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


class Party(StrEnum):
    """Whose word an offer, an attachment or a message is."""

    CONSUMER = "consumer"
    MERCHANT = "merchant"
    STAFF = "staff"


class AgreementStatus(StrEnum):
    PERFORMING = "performing"
    REPORTED = "reported"
    PERFORMED = "performed"
    BREACHED = "breached"


class CompensationStatus(StrEnum):
    """Advance compensation 赔偿先付 as a small state table of its own."""

    ELIGIBLE = "eligible"
    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    PAID = "paid"
    RECOVERING = "recovering"
    RECOVERED = "recovered"
    WRITTEN_OFF = "written_off"


# From here on the consumer has the money, whatever becomes of its recovery.
PAID_AHEAD = frozenset(
    {
        CompensationStatus.PAID,
        CompensationStatus.RECOVERING,
        CompensationStatus.RECOVERED,
        CompensationStatus.WRITTEN_OFF,
    }
)


class RefusalGround(StrEnum):
    """The seven grounds of Decree 121 art 16."""

    OUT_OF_DUTY = "rej_1"
    HANDLED_ELSEWHERE = "rej_2"
    NOT_CONSUMPTION = "rej_3"
    TOO_LATE = "rej_4"
    MATERIALS = "rej_5"
    IDENTITY = "rej_6"
    OTHER_LAW = "rej_7"


class TerminationGround(StrEnum):
    """The eight grounds of Decree 121 art 23."""

    WITHDRAWN = "term_1"
    NO_SHOW = "term_2"
    CANNOT_AGREE = "term_3"
    TEST_COSTS = "term_4"
    TERM_RAN_OUT = "term_5"
    REFUSAL_GROUND = "term_6"
    DEATH = "term_7"
    OTHER_LAW = "term_8"


class Unit(StrEnum):
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    WORKING_HOURS = "working_hours"
    HOURS = "hours"
    MINUTES = "minutes"
    MONTHS = "months"
    YEARS = "years"


class RollPolicy(StrEnum):
    NONE = "none"
    STATUTORY_HOLIDAY = "statutory_holiday"
    NON_WORKING_DAY = "non_working_day"


class Binding(StrEnum):
    LAW = "law"
    STANDARD = "standard"
    DESIGN = "design"


class Step(StrEnum):
    """What the sweep did about a deadline; one row each, once."""

    WARN_50 = "warn_50"
    WARN_80 = "warn_80"
    EXPIRED = "expired"


class NoticeChannel(StrEnum):
    MAIL = "mail"


class Recipient(StrEnum):
    """Whom a notice is for; an organisation stands for its members."""

    CONTACT = "contact"
    USER = "user"
    MERCHANT = "merchant"
    DEPARTMENT = "department"
    APPLICANT = "applicant"  # a merchant that asks to join and has no account yet


class Audience(StrEnum):
    """Who may read an event on the timeline."""

    PARTIES = "parties"
    CONSUMER = "consumer"  # and the office: what the merchant has no business knowing
    STAFF = "staff"


class AdminAction(StrEnum):
    """What was changed about the service itself."""

    ADD_OFFICE = "add_office"
    CHANGE_OFFICE = "change_office"
    CLOSE_OFFICE = "close_office"
    REOPEN_OFFICE = "reopen_office"
    INVITE_PERSON = "invite_person"
    RESEND_INVITATION = "resend_invitation"
    MOVE_PERSON = "move_person"
    DISABLE_PERSON = "disable_person"
    ENABLE_PERSON = "enable_person"
    END_SESSIONS = "end_sessions"
    ADD_ROUTE = "add_route"
    CHANGE_ROUTE = "change_route"
    MOVE_ROUTE = "move_route"
    DROP_ROUTE = "drop_route"
    NEW_TIME_LIMIT = "new_time_limit"
    CHANGE_CALENDAR = "change_calendar"
    IMPORT_CALENDAR = "import_calendar"
    RETRY_JOB = "retry_job"
    DISCARD_JOB = "discard_job"
    RETRY_NOTICE = "retry_notice"
    VERIFY_APPLICATION = "verify_application"
    REFUSE_APPLICATION = "refuse_application"
    SUSPEND_MEMBER = "suspend_member"
    READMIT_MEMBER = "readmit_member"
    BEGIN_RECLASSIFICATION = "begin_reclassification"
    CANCEL_RECLASSIFICATION = "cancel_reclassification"
