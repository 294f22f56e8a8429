"""Make the tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "calendar_days",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.Column("is_statutory", sa.Boolean(), nullable=False),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.CheckConstraint(
            "NOT (is_working AND is_statutory)", name=op.f("ck_calendar_days_a_holiday_is_no_working_day")
        ),
        sa.PrimaryKeyConstraint("on", name=op.f("pk_calendar_days")),
    )
    op.create_table(
        "departments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "authority",
                "association",
                "mediation_centre",
                "coordination",
                name="departmentkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("district", sa.String(length=40), nullable=True),
        sa.Column("industries", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("level BETWEEN 3 AND 5", name=op.f("ck_departments_level_on_ladder")),
        sa.CheckConstraint(
            "parent_id IS NULL OR parent_id <> id", name=op.f("ck_departments_not_its_own_parent")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["departments.id"], name=op.f("fk_departments_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departments")),
        sa.UniqueConstraint("code", name=op.f("uq_departments_code")),
    )
    op.create_index(op.f("ix_departments_parent_id"), "departments", ["parent_id"], unique=False)
    op.create_table(
        "merchants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("licence_no", sa.String(length=18), nullable=True),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.Column("search", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column(
            "industry",
            sa.Enum(
                "housekeeping",
                "catering",
                "prepaid_card",
                "ecommerce",
                "other",
                name="industry",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("district", sa.String(length=40), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("platform_id", sa.Integer(), nullable=True),
        sa.Column(
            "membership",
            sa.Enum(
                "none",
                "applied",
                "member",
                "suspended",
                name="membership",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("membership_reason", sa.Text(), nullable=False),
        sa.Column("pledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pledges_compensation", sa.Boolean(), nullable=False),
        sa.Column("compensation_limit", sa.Integer(), nullable=True),
        sa.Column("instant_pay_limit", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "membership <> 'member' OR (licence_no IS NOT NULL AND pledged_at IS NOT NULL)",
            name=op.f("ck_merchants_members_are_licensed_and_pledged"),
        ),
        sa.CheckConstraint(
            "compensation_limit IS NULL OR compensation_limit >= 0",
            name=op.f("ck_merchants_compensation_not_negative"),
        ),
        sa.CheckConstraint(
            "instant_pay_limit >= 0", name=op.f("ck_merchants_instant_pay_limit_not_negative")
        ),
        sa.ForeignKeyConstraint(["platform_id"], ["merchants.id"], name=op.f("fk_merchants_platform_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merchants")),
        sa.UniqueConstraint("licence_no", name=op.f("uq_merchants_licence_no")),
    )
    op.create_index(
        "ix_merchants_name", "merchants", ["name"], unique=False, postgresql_ops={"name": "text_pattern_ops"}
    )
    op.create_index(op.f("ix_merchants_platform_id"), "merchants", ["platform_id"], unique=False)
    op.create_index("ix_merchants_search", "merchants", ["search"], unique=False, postgresql_using="gin")
    op.create_table(
        "repeats",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("status_code", sa.SmallInteger(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repeats")),
    )
    op.create_index("ix_repeats_created_at", "repeats", ["created_at"], unique=False)
    op.create_index("uq_repeats_scope_key", "repeats", ["scope", "key"], unique=True)
    op.create_table(
        "sla_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("duration", sa.Integer(), nullable=False),
        sa.Column(
            "unit",
            sa.Enum(
                "working_days",
                "calendar_days",
                "working_hours",
                "hours",
                "minutes",
                "months",
                "years",
                name="unit",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "roll_policy",
            sa.Enum(
                "none",
                "statutory_holiday",
                "non_working_day",
                name="rollpolicy",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("starts_on", postgresql.ARRAY(sa.String(length=60)), nullable=False),
        sa.Column("stops_on", postgresql.ARRAY(sa.String(length=60)), nullable=False),
        sa.Column("drops_on", postgresql.ARRAY(sa.String(length=60)), nullable=False),
        sa.Column("pause_in", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("lanes", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("urgencies", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("industries", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("warn_at", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("on_warning", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("on_expiry", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column(
            "binding",
            sa.Enum(
                "law",
                "standard",
                "design",
                name="binding",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("instrument", sa.String(length=160), nullable=False),
        sa.Column("article", sa.String(length=60), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("grade", sa.String(length=4), nullable=False),
        sa.Column("title_zh", sa.String(length=160), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("promise_zh", sa.Text(), nullable=False),
        sa.Column("promise_en", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("duration > 0", name=op.f("ck_sla_rules_duration_positive")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_sla_rules_valid_period")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sla_rules")),
    )
    op.create_index("uq_sla_rules_code_version", "sla_rules", ["code", "version"], unique=True)
    op.create_table(
        "routing_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "industry",
            sa.Enum(
                "housekeeping",
                "catering",
                "prepaid_card",
                "ecommerce",
                "other",
                name="industry",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("district", sa.String(length=40), nullable=True),
        sa.Column(
            "lane",
            sa.Enum(
                "ordinary",
                "international",
                "emergency",
                name="lane",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "urgency",
            sa.Enum(
                "emergency",
                "high",
                "normal",
                "low",
                name="urgency",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("merchant_id", sa.Integer(), nullable=True),
        sa.Column("receiver_id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("reason_zh", sa.String(length=200), nullable=False),
        sa.Column("reason_en", sa.String(length=240), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("position > 0", name=op.f("ck_routing_rules_position_positive")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["departments.id"], name=op.f("fk_routing_rules_authority_id")
        ),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name=op.f("fk_routing_rules_merchant_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["departments.id"], name=op.f("fk_routing_rules_pool_id")),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["departments.id"], name=op.f("fk_routing_rules_receiver_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_rules")),
    )
    op.create_index(
        "uq_routing_rules_catch_all",
        "routing_rules",
        [sa.literal_column("(true)")],
        unique=True,
        postgresql_where=sa.text(
            "is_active AND industry IS NULL AND district IS NULL AND lane IS NULL AND urgency IS NULL AND merchant_id IS NULL"
        ),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "consumer",
                "merchant",
                "officer",
                "mediator",
                "supervisor",
                "admin",
                "system",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("merchant_id", sa.Integer(), nullable=True),
        sa.Column("locale", sa.String(length=12), nullable=False),
        sa.Column("timezone", sa.String(length=40), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.String(length=12)), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(role IN ('officer', 'mediator', 'supervisor') AND department_id IS NOT NULL AND merchant_id IS NULL) OR (role = 'merchant' AND merchant_id IS NOT NULL AND department_id IS NULL) OR (role IN ('consumer', 'admin', 'system') AND merchant_id IS NULL AND department_id IS NULL)",
            name=op.f("ck_users_belongs_where_the_role_says"),
        ),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name=op.f("fk_users_department_id")),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name=op.f("fk_users_merchant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
    )
    op.create_index(op.f("ix_users_department_id"), "users", ["department_id"], unique=False)
    op.create_index(op.f("ix_users_merchant_id"), "users", ["merchant_id"], unique=False)
    op.create_index("uq_users_email_lower", "users", [sa.literal_column("lower(email)")], unique=True)
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("merchant_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(merchant_id IS NULL) <> (department_id IS NULL)",
            name=op.f("ck_api_keys_belongs_to_one_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_api_keys_department_id")
        ),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name=op.f("fk_api_keys_merchant_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_api_keys_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_keys_prefix")),
    )
    op.create_index(op.f("ix_api_keys_department_id"), "api_keys", ["department_id"], unique=False)
    op.create_index(op.f("ix_api_keys_merchant_id"), "api_keys", ["merchant_id"], unique=False)
    op.create_table(
        "clock_revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("covered_until", sa.Date(), nullable=False),
        sa.Column("moves_from_id", sa.BigInteger(), nullable=True),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_clock_revisions_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_revisions")),
    )
    op.create_table(
        "complaints",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("receipt", sa.String(length=16), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("complaint", "report", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "submitted",
                "triage",
                "supplementing",
                "with_first_receiver",
                "negotiating",
                "pending_acceptance",
                "accepted",
                "mediating",
                "suspended",
                "agreed",
                "closed",
                "not_accepted",
                "terminated",
                "withdrawn",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "refunded",
                "partly_refunded",
                "repaired_or_replaced",
                "redone",
                "compensated",
                "apology",
                "rejected_by_merchant",
                "no_agreement",
                "withdrawn",
                "out_of_scope",
                "unreachable",
                "referred",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column(
            "lane",
            sa.Enum(
                "ordinary",
                "international",
                "emergency",
                name="lane",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "urgency",
            sa.Enum(
                "emergency",
                "high",
                "normal",
                "low",
                name="urgency",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("hazards", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column(
            "industry",
            sa.Enum(
                "housekeeping",
                "catering",
                "prepaid_card",
                "ecommerce",
                "other",
                name="industry",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "issue",
            sa.Enum(
                "refund_refused",
                "quality",
                "false_advertising",
                "food_safety",
                "merchant_closed",
                "price_fee",
                "delivery",
                "service_attitude",
                "contract_terms",
                "personal_injury",
                "damage_theft",
                "privacy",
                "counterfeit",
                "safety_hazard",
                "other",
                name="issue",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "channel",
            sa.Enum(
                "web",
                "api",
                "import",
                "counter",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=40), nullable=True),
        sa.Column("source_ref", sa.String(length=80), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("order_no", sa.String(length=80), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("remedies", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("search", sa.Text(), nullable=True),
        sa.Column("grams", postgresql.ARRAY(sa.SmallInteger()), nullable=True),
        sa.Column("consumer_id", sa.Integer(), nullable=True),
        sa.Column("merchant_id", sa.Integer(), nullable=True),
        sa.Column("merchant_name", sa.String(length=160), nullable=False),
        sa.Column("merchant_address", sa.String(length=200), nullable=True),
        sa.Column("district", sa.String(length=40), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("pool_id", sa.Integer(), nullable=True),
        sa.Column("authority_id", sa.Integer(), nullable=True),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("mediator_id", sa.Integer(), nullable=True),
        sa.Column("routing_rule_id", sa.Integer(), nullable=True),
        sa.Column("bounces", sa.SmallInteger(), nullable=False),
        sa.Column("consents_to_publication", sa.Boolean(), nullable=False),
        sa.Column("consents_to_delegation", sa.Boolean(), nullable=False),
        sa.Column("opted_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opt_in_wording", sa.String(length=20), nullable=True),
        sa.Column("departs_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_locale", sa.String(length=12), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merchant_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_event_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status IN ('closed', 'not_accepted', 'terminated', 'withdrawn')) = (closed_at IS NOT NULL)",
            name=op.f("ck_complaints_closed_at_matches_status"),
        ),
        sa.CheckConstraint(
            "(status IN ('closed', 'not_accepted', 'terminated', 'withdrawn')) = (outcome IS NOT NULL)",
            name=op.f("ck_complaints_outcome_matches_status"),
        ),
        sa.CheckConstraint(
            "status <> 'negotiating' OR (opted_in_at IS NOT NULL AND hazards = '{}')",
            name=op.f("ck_complaints_green_channel_by_consent_and_without_hazard"),
        ),
        sa.CheckConstraint(
            "status IN ('submitted', 'triage') OR department_id IS NOT NULL",
            name=op.f("ck_complaints_routed_means_owned"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('negotiating', 'agreed') OR merchant_id IS NOT NULL",
            name=op.f("ck_complaints_talks_need_a_merchant"),
        ),
        sa.CheckConstraint(
            "(amount IS NULL) = (currency IS NULL)", name=op.f("ck_complaints_amount_has_currency")
        ),
        sa.CheckConstraint("amount IS NULL OR amount >= 0", name=op.f("ck_complaints_amount_not_negative")),
        sa.CheckConstraint("bounces BETWEEN 0 AND 1", name=op.f("ck_complaints_one_bounce_at_most")),
        sa.CheckConstraint("level BETWEEN 0 AND 5", name=op.f("ck_complaints_level_on_ladder")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["departments.id"], name=op.f("fk_complaints_authority_id")
        ),
        sa.ForeignKeyConstraint(["consumer_id"], ["users.id"], name=op.f("fk_complaints_consumer_id")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_complaints_department_id")
        ),
        sa.ForeignKeyConstraint(["mediator_id"], ["users.id"], name=op.f("fk_complaints_mediator_id")),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name=op.f("fk_complaints_merchant_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["users.id"], name=op.f("fk_complaints_officer_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["complaints.id"], name=op.f("fk_complaints_parent_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["departments.id"], name=op.f("fk_complaints_pool_id")),
        sa.ForeignKeyConstraint(
            ["routing_rule_id"], ["routing_rules.id"], name=op.f("fk_complaints_routing_rule_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
        sa.UniqueConstraint("receipt", name=op.f("uq_complaints_receipt")),
    )
    op.create_index(
        "ix_complaints_consumer_newest",
        "complaints",
        ["consumer_id", "id"],
        unique=False,
        postgresql_where=sa.text("consumer_id IS NOT NULL"),
    )
    op.create_index(
        "ix_complaints_department_due",
        "complaints",
        ["department_id", "due_at", "id"],
        unique=False,
        postgresql_include=("status", "industry", "district", "urgency", "lane", "level"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_complaints_department_ended",
        "complaints",
        ["department_id", "closed_at", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_complaints_department_newest",
        "complaints",
        ["department_id", "id"],
        unique=False,
        postgresql_include=("status", "industry", "district", "urgency", "lane", "level"),
    )
    op.create_index(
        "ix_complaints_department_unassigned",
        "complaints",
        ["department_id", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL AND officer_id IS NULL"),
    )
    op.create_index("ix_complaints_grams", "complaints", ["grams"], unique=False, postgresql_using="gin")
    op.create_index(
        "ix_complaints_mediator_newest",
        "complaints",
        ["mediator_id", "id"],
        unique=False,
        postgresql_where=sa.text("mediator_id IS NOT NULL"),
    )
    op.create_index(
        "ix_complaints_merchant_due",
        "complaints",
        ["merchant_id", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_complaints_merchant_newest", "complaints", ["merchant_id", "id"], unique=False)
    op.create_index(
        "ix_complaints_officer_due",
        "complaints",
        ["officer_id", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL AND officer_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_complaints_parent_id"), "complaints", ["parent_id"], unique=False)
    op.create_index(
        "ix_complaints_triage",
        "complaints",
        ["department_id", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("status IN ('submitted', 'triage')"),
    )
    op.create_index(
        "uq_complaints_source",
        "complaints",
        ["source", "source_ref"],
        unique=True,
        postgresql_where=sa.text("source IS NOT NULL"),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_invitations_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
    )
    op.create_index(op.f("ix_invitations_user_id"), "invitations", ["user_id"], unique=False)
    op.create_table(
        "merchant_applications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "submitted",
                "verified",
                "refused",
                name="applicationstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("licence_no", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column(
            "industry",
            sa.Enum(
                "housekeeping",
                "catering",
                "prepaid_card",
                "ecommerce",
                "other",
                name="industry",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("district", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("contact_name", sa.String(length=80), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("locale", sa.String(length=12), nullable=False),
        sa.Column("pledges_compensation", sa.Boolean(), nullable=False),
        sa.Column("compensation_limit", sa.Integer(), nullable=True),
        sa.Column("pledge_version", sa.String(length=20), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("merchant_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(status = 'submitted') = (decided_at IS NULL)",
            name=op.f("ck_merchant_applications_decided_at_matches_status"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_merchant_applications_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_merchant_applications_merchant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merchant_applications")),
    )
    op.create_index(
        "ix_merchant_applications_open",
        "merchant_applications",
        ["submitted_at"],
        unique=False,
        postgresql_where="status = 'submitted'",
    )
    op.create_index(
        "uq_merchant_applications_open_licence",
        "merchant_applications",
        ["licence_no"],
        unique=True,
        postgresql_where="status = 'submitted'",
    )
    op.create_table(
        "saved_filters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.String(length=600), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_saved_filters_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filters")),
    )
    op.create_index("uq_saved_filters_user_id_name", "saved_filters", ["user_id", "name"], unique=True)
    op.create_table(
        "compensations",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "eligible",
                "requested",
                "approved",
                "refused",
                "paid",
                "recovering",
                "recovered",
                "written_off",
                name="compensationstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("payer_id", sa.Integer(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("unlocked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount IS NULL OR amount > 0", name=op.f("ck_compensations_amount_positive")),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name=op.f("fk_compensations_complaint_id")
        ),
        sa.ForeignKeyConstraint(["payer_id"], ["merchants.id"], name=op.f("fk_compensations_payer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compensations")),
        sa.UniqueConstraint("complaint_id", name=op.f("uq_compensations_complaint_id")),
    )
    op.create_table(
        "contacts",
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("phone_hash", sa.String(length=64), nullable=True),
        sa.Column("locale", sa.String(length=12), nullable=False),
        sa.Column("timezone", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaints.id"], name=op.f("fk_contacts_complaint_id")),
        sa.PrimaryKeyConstraint("complaint_id", name=op.f("pk_contacts")),
    )
    op.create_index(op.f("ix_contacts_phone_hash"), "contacts", ["phone_hash"], unique=False)
    op.create_table(
        "deadlines",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("rule_code", sa.String(length=20), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "next_step",
            sa.Enum(
                "warn_50",
                "warn_80",
                "expired",
                name="next_step",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("breached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("calendar_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "breached_at IS NULL OR breached_at = due_at",
            name=op.f("ck_deadlines_breach_is_stamped_with_the_due_time"),
        ),
        sa.CheckConstraint(
            "due_at IS NULL OR due_at >= started_at", name=op.f("ck_deadlines_due_after_start")
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR next_at IS NULL", name=op.f("ck_deadlines_ended_is_never_looked_at")
        ),
        sa.CheckConstraint("met_at IS NULL OR ended_at = met_at", name=op.f("ck_deadlines_met_is_ended")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaints.id"], name=op.f("fk_deadlines_complaint_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["sla_rules.id"], name=op.f("fk_deadlines_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadlines")),
    )
    op.create_index("ix_deadlines_complaint_id", "deadlines", ["complaint_id"], unique=False)
    op.create_index(
        "ix_deadlines_next",
        "deadlines",
        ["next_at", "id"],
        unique=False,
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index(
        "uq_deadlines_running",
        "deadlines",
        ["complaint_id", "rule_code"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaints.id"], name=op.f("fk_drafts_complaint_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_drafts_token_hash")),
    )
    op.create_index(op.f("ix_drafts_expires_at"), "drafts", ["expires_at"], unique=False)
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "submit",
                "ask_triage",
                "route",
                "classify",
                "ask_supplement",
                "supplement",
                "offer_transfer",
                "confirm_transfer",
                "decline_transfer",
                "open_green_channel",
                "request_acceptance",
                "answer",
                "offer",
                "counter",
                "dispute",
                "agree",
                "pay_at_once",
                "leave_green_channel",
                "close_green_channel",
                "accept",
                "refuse",
                "start_mediation",
                "suspend",
                "resume",
                "report_performed",
                "confirm_performed",
                "close_performed",
                "reopen",
                "terminate",
                "withdraw",
                "assign",
                "note",
                "show_contact",
                "message",
                "attach",
                "escalate",
                "expire_offer",
                "designate",
                "reckon",
                "split",
                name="action",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "from_status",
            sa.Enum(
                "submitted",
                "triage",
                "supplementing",
                "with_first_receiver",
                "negotiating",
                "pending_acceptance",
                "accepted",
                "mediating",
                "suspended",
                "agreed",
                "closed",
                "not_accepted",
                "terminated",
                "withdrawn",
                name="from_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "submitted",
                "triage",
                "supplementing",
                "with_first_receiver",
                "negotiating",
                "pending_acceptance",
                "accepted",
                "mediating",
                "suspended",
                "agreed",
                "closed",
                "not_accepted",
                "terminated",
                "withdrawn",
                name="to_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "role",
            sa.Enum(
                "consumer",
                "merchant",
                "officer",
                "mediator",
                "supervisor",
                "admin",
                "system",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column(
            "audience",
            sa.Enum(
                "parties", "staff", name="audience", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_events_actor_id")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaints.id"], name=op.f("fk_events_complaint_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index("ix_events_complaint_id_id", "events", ["complaint_id", "id"], unique=False)
    op.create_table(
        "handovers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(accepted IS NULL) = (answered_at IS NULL)", name=op.f("ck_handovers_answered_at_matches_answer")
        ),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_handovers_goes_elsewhere")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaints.id"], name=op.f("fk_handovers_complaint_id")),
        sa.ForeignKeyConstraint(["from_id"], ["departments.id"], name=op.f("fk_handovers_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["departments.id"], name=op.f("fk_handovers_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    op.create_index(op.f("ix_handovers_complaint_id"), "handovers", ["complaint_id"], unique=False)
    op.create_index(
        "ix_handovers_waiting",
        "handovers",
        ["to_id"],
        unique=False,
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_index(
        "uq_handovers_open",
        "handovers",
        ["complaint_id"],
        unique=True,
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("mail", name="noticechannel", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "recipient",
            sa.Enum(
                "contact",
                "user",
                "merchant",
                "department",
                "applicant",
                name="recipient",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("merchant_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("complaint_id", sa.BigInteger(), nullable=True),
        sa.Column("application_id", sa.Integer(), nullable=True),
        sa.Column("locale", sa.String(length=12), nullable=True),
        sa.Column("params", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(recipient = 'user') = (user_id IS NOT NULL) AND (recipient = 'merchant') = (merchant_id IS NOT NULL) AND (recipient = 'department') = (department_id IS NOT NULL) AND (recipient = 'applicant') = (application_id IS NOT NULL) AND (recipient <> 'contact' OR complaint_id IS NOT NULL)",
            name=op.f("ck_notices_one_recipient"),
        ),
        sa.CheckConstraint("sent_at IS NULL OR dead_at IS NULL", name=op.f("ck_notices_sent_or_dead")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["merchant_applications.id"], name=op.f("fk_notices_application_id")
        ),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaints.id"], name=op.f("fk_notices_complaint_id")),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name=op.f("fk_notices_department_id")),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name=op.f("fk_notices_merchant_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notices_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index("ix_notices_complaint_id", "notices", ["complaint_id"], unique=False)
    op.create_index(
        "ix_notices_dead",
        "notices",
        ["dead_at"],
        unique=False,
        postgresql_where=sa.text("dead_at IS NOT NULL"),
    )
    op.create_index(
        "ix_notices_owed",
        "notices",
        ["send_at", "id"],
        unique=False,
        postgresql_where=sa.text("sent_at IS NULL AND dead_at IS NULL"),
    )
    op.create_index("uq_notices_key", "notices", ["key"], unique=True)
    op.create_table(
        "offers",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "party",
            sa.Enum(
                "consumer",
                "merchant",
                "staff",
                name="party",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("remedies", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("perform_by", sa.Date(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "accepted",
                "countered",
                "declined",
                "expired",
                "superseded",
                name="offerstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'open') = (answered_at IS NULL)", name=op.f("ck_offers_answered_at_matches_status")
        ),
        sa.CheckConstraint(
            "(amount IS NULL) = (currency IS NULL)", name=op.f("ck_offers_amount_has_currency")
        ),
        sa.CheckConstraint("amount IS NULL OR amount > 0", name=op.f("ck_offers_amount_positive")),
        sa.CheckConstraint("cardinality(remedies) > 0", name=op.f("ck_offers_offers_something")),
        sa.CheckConstraint("expires_at > made_at", name=op.f("ck_offers_expires_later")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaints.id"], name=op.f("fk_offers_complaint_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    op.create_index("ix_offers_complaint_id", "offers", ["complaint_id"], unique=False)
    op.create_index(
        "ix_offers_expiring",
        "offers",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "uq_offers_open", "offers", ["complaint_id"], unique=True, postgresql_where=sa.text("status = 'open'")
    )
    op.create_table(
        "suggestions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("model_version", sa.String(length=60), nullable=False),
        sa.Column(
            "industry",
            sa.Enum(
                "housekeeping",
                "catering",
                "prepaid_card",
                "ecommerce",
                "other",
                name="industry",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column(
            "second",
            sa.Enum(
                "housekeeping",
                "catering",
                "prepaid_card",
                "ecommerce",
                "other",
                name="second",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("second_confidence", sa.Float(), nullable=True),
        sa.Column("issue", sa.String(length=40), nullable=False),
        sa.Column("urgency", sa.String(length=40), nullable=False),
        sa.Column("emergency_probability", sa.Float(), nullable=False),
        sa.Column("abstained", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "confidence BETWEEN 0 AND 1", name=op.f("ck_suggestions_confidence_is_a_probability")
        ),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name=op.f("fk_suggestions_complaint_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestions")),
    )
    op.create_index("ix_suggestions_complaint_id", "suggestions", ["complaint_id"], unique=False)
    op.create_table(
        "admin_events",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column(
            "action",
            sa.Enum(
                "add_office",
                "change_office",
                "close_office",
                "reopen_office",
                "invite_person",
                "resend_invitation",
                "move_person",
                "disable_person",
                "enable_person",
                "end_sessions",
                "add_route",
                "change_route",
                "move_route",
                "drop_route",
                "new_time_limit",
                "change_calendar",
                "import_calendar",
                "retry_job",
                "discard_job",
                "retry_notice",
                "verify_application",
                "refuse_application",
                "suspend_member",
                "readmit_member",
                name="adminaction",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=160), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_admin_events_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admin_events")),
    )
    op.create_index("ix_admin_events_subject", "admin_events", ["subject"], unique=False)
    op.create_table(
        "agreements",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("offer_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "performing",
                "reported",
                "performed",
                "breached",
                name="agreementstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("perform_by", sa.Date(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("performed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("breached_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'breached') = (breached_at IS NOT NULL)",
            name=op.f("ck_agreements_breached_at_matches_status"),
        ),
        sa.CheckConstraint(
            "(status = 'performed') = (performed_at IS NOT NULL)",
            name=op.f("ck_agreements_performed_at_matches_status"),
        ),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaints.id"], name=op.f("fk_agreements_complaint_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_agreements_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
        sa.UniqueConstraint("offer_id", name=op.f("uq_agreements_offer_id")),
    )
    op.create_index("ix_agreements_complaint_id", "agreements", ["complaint_id"], unique=False)
    op.create_index(
        "uq_agreements_running",
        "agreements",
        ["complaint_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('performing', 'reported')"),
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=True),
        sa.Column("draft_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "party",
            sa.Enum(
                "consumer",
                "merchant",
                "staff",
                name="party",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("content_type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("original_key", sa.String(length=120), nullable=False),
        sa.Column("shown_key", sa.String(length=120), nullable=False),
        sa.Column("caption", sa.String(length=200), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(complaint_id IS NULL) <> (draft_id IS NULL)",
            name=op.f("ck_attachments_belongs_to_complaint_or_draft"),
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachments_size_positive")),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name=op.f("fk_attachments_complaint_id")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_attachments_draft_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["users.id"], name=op.f("fk_attachments_uploaded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index(op.f("ix_attachments_draft_id"), "attachments", ["draft_id"], unique=False)
    op.create_index("uq_attachments_content", "attachments", ["complaint_id", "party", "sha256"], unique=True)
    op.create_table(
        "corrections",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("suggestion_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column(
            "from_industry",
            sa.Enum(
                "housekeeping",
                "catering",
                "prepaid_card",
                "ecommerce",
                "other",
                name="from_industry",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "to_industry",
            sa.Enum(
                "housekeeping",
                "catering",
                "prepaid_card",
                "ecommerce",
                "other",
                name="to_industry",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("model_version", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_corrections_actor_id")),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name=op.f("fk_corrections_complaint_id")
        ),
        sa.ForeignKeyConstraint(
            ["suggestion_id"], ["suggestions.id"], name=op.f("fk_corrections_suggestion_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_complaint_id"), "corrections", ["complaint_id"], unique=False)
    op.create_table(
        "escalations",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("deadline_id", sa.BigInteger(), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "warn_50",
                "warn_80",
                "expired",
                name="step",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("level_from", sa.SmallInteger(), nullable=False),
        sa.Column("level_to", sa.SmallInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name=op.f("fk_escalations_complaint_id")
        ),
        sa.ForeignKeyConstraint(["deadline_id"], ["deadlines.id"], name=op.f("fk_escalations_deadline_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalations")),
    )
    op.create_index(op.f("ix_escalations_complaint_id"), "escalations", ["complaint_id"], unique=False)
    op.create_index("uq_escalations_deadline_id_step", "escalations", ["deadline_id", "step"], unique=True)
    op.create_table(
        "pauses",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("deadline_id", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_at >= started_at", name=op.f("ck_pauses_ends_after_start")
        ),
        sa.ForeignKeyConstraint(["deadline_id"], ["deadlines.id"], name=op.f("fk_pauses_deadline_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
    )
    op.create_index("ix_pauses_deadline_id", "pauses", ["deadline_id"], unique=False)
    op.create_index(
        "uq_pauses_open", "pauses", ["deadline_id"], unique=True, postgresql_where=sa.text("ended_at IS NULL")
    )
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'events are append-only';
        END
        $$
        """
    )
    op.execute(
        "CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER admin_events_append_only BEFORE UPDATE OR DELETE ON admin_events"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_index("uq_pauses_open", table_name="pauses", postgresql_where=sa.text("ended_at IS NULL"))
    op.drop_index("ix_pauses_deadline_id", table_name="pauses")
    op.drop_table("pauses")
    op.drop_index("uq_escalations_deadline_id_step", table_name="escalations")
    op.drop_index(op.f("ix_escalations_complaint_id"), table_name="escalations")
    op.drop_table("escalations")
    op.drop_index(op.f("ix_corrections_complaint_id"), table_name="corrections")
    op.drop_table("corrections")
    op.drop_index("uq_attachments_content", table_name="attachments")
    op.drop_index(op.f("ix_attachments_draft_id"), table_name="attachments")
    op.drop_table("attachments")
    op.drop_index(
        "uq_agreements_running",
        table_name="agreements",
        postgresql_where=sa.text("status IN ('performing', 'reported')"),
    )
    op.drop_index("ix_agreements_complaint_id", table_name="agreements")
    op.drop_table("agreements")
    op.drop_index("ix_admin_events_subject", table_name="admin_events")
    op.drop_table("admin_events")
    op.drop_index("ix_suggestions_complaint_id", table_name="suggestions")
    op.drop_table("suggestions")
    op.drop_index("uq_offers_open", table_name="offers", postgresql_where=sa.text("status = 'open'"))
    op.drop_index("ix_offers_expiring", table_name="offers", postgresql_where=sa.text("status = 'open'"))
    op.drop_index("ix_offers_complaint_id", table_name="offers")
    op.drop_table("offers")
    op.drop_index("uq_notices_key", table_name="notices")
    op.drop_index(
        "ix_notices_owed",
        table_name="notices",
        postgresql_where=sa.text("sent_at IS NULL AND dead_at IS NULL"),
    )
    op.drop_index("ix_notices_dead", table_name="notices", postgresql_where=sa.text("dead_at IS NOT NULL"))
    op.drop_index("ix_notices_complaint_id", table_name="notices")
    op.drop_table("notices")
    op.drop_index(
        "uq_handovers_open", table_name="handovers", postgresql_where=sa.text("answered_at IS NULL")
    )
    op.drop_index(
        "ix_handovers_waiting", table_name="handovers", postgresql_where=sa.text("answered_at IS NULL")
    )
    op.drop_index(op.f("ix_handovers_complaint_id"), table_name="handovers")
    op.drop_table("handovers")
    op.drop_index("ix_events_complaint_id_id", table_name="events")
    op.drop_table("events")
    op.drop_index(op.f("ix_drafts_expires_at"), table_name="drafts")
    op.drop_table("drafts")
    op.drop_index(
        "uq_deadlines_running", table_name="deadlines", postgresql_where=sa.text("ended_at IS NULL")
    )
    op.drop_index(
        "ix_deadlines_next", table_name="deadlines", postgresql_where=sa.text("next_at IS NOT NULL")
    )
    op.drop_index("ix_deadlines_complaint_id", table_name="deadlines")
    op.drop_table("deadlines")
    op.drop_index(op.f("ix_contacts_phone_hash"), table_name="contacts")
    op.drop_table("contacts")
    op.drop_table("compensations")
    op.drop_index("uq_saved_filters_user_id_name", table_name="saved_filters")
    op.drop_table("saved_filters")
    op.drop_index(
        "uq_merchant_applications_open_licence",
        table_name="merchant_applications",
        postgresql_where="status = 'submitted'",
    )
    op.drop_index(
        "ix_merchant_applications_open",
        table_name="merchant_applications",
        postgresql_where="status = 'submitted'",
    )
    op.drop_table("merchant_applications")
    op.drop_index(op.f("ix_invitations_user_id"), table_name="invitations")
    op.drop_table("invitations")
    op.drop_index(
        "uq_complaints_source", table_name="complaints", postgresql_where=sa.text("source IS NOT NULL")
    )
    op.drop_index(
        "ix_complaints_triage",
        table_name="complaints",
        postgresql_where=sa.text("status IN ('submitted', 'triage')"),
    )
    op.drop_index(op.f("ix_complaints_parent_id"), table_name="complaints")
    op.drop_index(
        "ix_complaints_officer_due",
        table_name="complaints",
        postgresql_where=sa.text("closed_at IS NULL AND officer_id IS NOT NULL"),
    )
    op.drop_index("ix_complaints_merchant_newest", table_name="complaints")
    op.drop_index(
        "ix_complaints_merchant_due", table_name="complaints", postgresql_where=sa.text("closed_at IS NULL")
    )
    op.drop_index(
        "ix_complaints_mediator_newest",
        table_name="complaints",
        postgresql_where=sa.text("mediator_id IS NOT NULL"),
    )
    op.drop_index("ix_complaints_grams", table_name="complaints", postgresql_using="gin")
    op.drop_index(
        "ix_complaints_department_unassigned",
        table_name="complaints",
        postgresql_where=sa.text("closed_at IS NULL AND officer_id IS NULL"),
    )
    op.drop_index(
        "ix_complaints_department_newest",
        table_name="complaints",
        postgresql_include=("status", "industry", "district", "urgency", "lane", "level"),
    )
    op.drop_index(
        "ix_complaints_department_ended",
        table_name="complaints",
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_complaints_department_due",
        table_name="complaints",
        postgresql_include=("status", "industry", "district", "urgency", "lane", "level"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index(
        "ix_complaints_consumer_newest",
        table_name="complaints",
        postgresql_where=sa.text("consumer_id IS NOT NULL"),
    )
    op.drop_table("complaints")
    op.drop_table("clock_revisions")
    op.drop_index(op.f("ix_api_keys_merchant_id"), table_name="api_keys")
    op.drop_index(op.f("ix_api_keys_department_id"), table_name="api_keys")
    op.drop_table("api_keys")
    op.drop_index("uq_users_email_lower", table_name="users")
    op.drop_index(op.f("ix_users_merchant_id"), table_name="users")
    op.drop_index(op.f("ix_users_department_id"), table_name="users")
    op.drop_table("users")
    op.drop_index(
        "uq_routing_rules_catch_all",
        table_name="routing_rules",
        postgresql_where=sa.text(
            "is_active AND industry IS NULL AND district IS NULL AND lane IS NULL AND urgency IS NULL AND merchant_id IS NULL"
        ),
    )
    op.drop_table("routing_rules")
    op.drop_index("uq_sla_rules_code_version", table_name="sla_rules")
    op.drop_table("sla_rules")
    op.drop_index("uq_repeats_scope_key", table_name="repeats")
    op.drop_index("ix_repeats_created_at", table_name="repeats")
    op.drop_table("repeats")
    op.drop_index("ix_merchants_search", table_name="merchants", postgresql_using="gin")
    op.drop_index(op.f("ix_merchants_platform_id"), table_name="merchants")
    op.drop_index("ix_merchants_name", table_name="merchants", postgresql_ops={"name": "text_pattern_ops"})
    op.drop_table("merchants")
    op.drop_index(op.f("ix_departments_parent_id"), table_name="departments")
    op.drop_table("departments")
    op.drop_table("calendar_days")
    op.execute("DROP FUNCTION refuse_change()")
