"""The rows of a sweep, written by one statement that knows no rules: what the database alone costs.

The tables, their constraints and indexes, and the wait for the disk are those of the sweep. Of each thing due it writes
an escalation, an event, two notices, and new versions of deadline and complaint. The rules write fewer notices, and
where a case moves on another event and deadlines: as many new rows in all, which s3 shows, and some more versions.
Nothing is read here but what is written again; the rules read pauses, offers and merchants as well.
"""

from datetime import datetime

import psycopg

SWEEP = """
WITH due AS (
    SELECT d.id, d.complaint_id, d.rule_id, d.rule_code, d.due_at,
        c.receipt, c.status, c.level, c.department_id, c.mail_locale
    FROM deadlines d JOIN complaints c ON c.id = d.complaint_id
    WHERE d.next_at <= %(now)s ORDER BY d.next_at, d.id LIMIT %(limit)s FOR UPDATE OF d, c SKIP LOCKED
), escalated AS (
    INSERT INTO escalations (deadline_id, complaint_id, step, level_from, level_to, due_at, at)
    SELECT id, complaint_id, 'expired', level, least(level + 1, 5), due_at, %(now)s FROM due
), told AS (
    INSERT INTO events (complaint_id, action, from_status, to_status, role, audience, reason, details, at)
    SELECT complaint_id, 'escalate', status, status, 'system', 'parties', '',
        jsonb_build_object('rule', rule_code, 'step', 'expired', 'due_at', due_at, 'level_from', level,
        'level_to', least(level + 1, 5)), %(now)s FROM due
), owed AS (
    INSERT INTO notices (key, template, channel, recipient, department_id, complaint_id, locale, params, created_at,
        send_at, attempts, last_error)
    SELECT receipt || ':overdue:' || rule_code || ':expired:' || recipient || ':' || %(now)s::text, 'overdue', 'mail',
        recipient, CASE recipient WHEN 'department' THEN department_id END, complaint_id, mail_locale,
        jsonb_build_object('rule', rule_code, 'rule_id', rule_id, 'due_at', due_at), %(now)s, %(now)s, 0, ''
    FROM due CROSS JOIN (VALUES ('department'), ('contact')) AS recipients(recipient)
), ended AS (
    UPDATE deadlines d SET ended_at = %(now)s, breached_at = d.due_at, next_at = NULL FROM due WHERE d.id = due.id
)
UPDATE complaints c SET level = least(c.level + 1, 5), last_event_at = %(now)s, version = c.version + 1,
    due_at = (SELECT min(o.due_at) FROM deadlines o WHERE o.complaint_id = c.id AND o.ended_at IS NULL AND o.id <> due.id)
FROM due WHERE c.id = due.complaint_id
"""


def sweep(connection: psycopg.Connection, now: datetime, limit: int) -> int:
    """Handle up to `limit` of what is due by `now` in one transaction; how many that were."""
    done = connection.execute(SWEEP, {"now": now, "limit": limit}).rowcount
    connection.commit()
    return done
