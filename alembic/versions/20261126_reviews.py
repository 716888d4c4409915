"""Joint reviews of stages 1 to 3: certificates, pauses, extensions, cards, consultations, deputies, outbox."""

from contextlib import contextmanager

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import jointreview.models.base
from sqlalchemy.dialects import postgresql

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('reminder_sent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('sent_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('subject', 'kind', 'due_on')
    )
    op.create_table('delegation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('deputy_id', sa.Integer(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=False),
    sa.Column('made_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['deputy_id'], ['account.id'], ),
    sa.ForeignKeyConstraint(['made_by'], ['account.id'], ),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('delegation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delegation_deputy_id'), ['deputy_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_delegation_post_id'), ['post_id'], unique=False)

    op.create_table('card',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=True),
    sa.Column('unit', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('rule', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('colour', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('facts', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('issued_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('issued_by', sa.Integer(), nullable=True),
    sa.Column('reply_due', sa.Date(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
    sa.Column('groundless_since', sa.Date(), nullable=True),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reply', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
    sa.Column('replied_by', sa.Integer(), nullable=True),
    sa.Column('replied_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('ruling', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
    sa.Column('ruled_by', sa.Integer(), nullable=True),
    sa.Column('ruled_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("colour IN ('yellow', 'red')", name='ck_colour_known'),
    sa.CheckConstraint("status IN ('open', 'replied', 'upheld', 'cancelled')", name='ck_status_known'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id'], ),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], ),
    sa.ForeignKeyConstraint(['document_id'], ['issueddocument.id'], ),
    sa.ForeignKeyConstraint(['issued_by'], ['account.id'], ),
    sa.ForeignKeyConstraint(['replied_by'], ['account.id'], ),
    sa.ForeignKeyConstraint(['ruled_by'], ['account.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('rule', 'subject')
    )
    with op.batch_alter_table('card', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_card_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_card_unit'), ['unit'], unique=False)

    op.create_table('sweep_mark',
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('through', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], ),
    sa.PrimaryKeyConstraint('case_id')
    )

    op.create_table('certificate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('assignment_id', sa.Integer(), nullable=True),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('number', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
    sa.Column('unit', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('upload_id', sa.Integer(), nullable=True),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('note', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column('recorded_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('valid', 'revoked', 'replaced')", name='ck_status_known'),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id'], ),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], ),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], ),
    sa.ForeignKeyConstraint(['upload_id'], ['upload.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_certificate_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_certificate_number'), ['number'], unique=False)
        batch_op.create_index(batch_op.f('ix_certificate_project_id'), ['project_id'], unique=False)

    op.create_table('consultation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('to_unit', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('question', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('asked_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('answer', sqlmodel.sql.sqltypes.AutoString(length=3000), nullable=False),
    sa.Column('answered_by', sa.Integer(), nullable=True),
    sa.Column('answered_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('asked', 'answered', 'withdrawn')", name='ck_status_known'),
    sa.ForeignKeyConstraint(['answered_by'], ['account.id'], ),
    sa.ForeignKeyConstraint(['asked_by'], ['account.id'], ),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id'], ),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('consultation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consultation_assignment_id'), ['assignment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_consultation_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_consultation_to_unit'), ['to_unit'], unique=False)

    op.create_table('outbox_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('notification_id', sa.Integer(), nullable=False),
    sa.Column('channel', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('daily', sa.Boolean(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('claimed_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('next_try_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('last_error', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column('sent_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('waiting', 'sending', 'sent', 'dead', 'given_up')", name='ck_status_known'),
    sa.ForeignKeyConstraint(['notification_id'], ['notification.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('notification_id', 'channel')
    )
    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outbox_message_notification_id'), ['notification_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_message_status'), ['status'], unique=False)

    op.create_table('extension',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=True),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('requested_by', sa.Integer(), nullable=False),
    sa.Column('requested_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decision_note', sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
    sa.Column('notice_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("status IN ('requested', 'approved', 'refused')", name='ck_status_known'),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id'], ),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], ),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], ),
    sa.ForeignKeyConstraint(['notice_id'], ['notice.id'], ),
    sa.ForeignKeyConstraint(['requested_by'], ['account.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('extension', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_extension_case_id'), ['case_id'], unique=False)

    op.create_table('pause_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=True),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('procedure', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('legal_basis', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
    sa.Column('evidence_no', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('evidence_upload_id', sa.Integer(), nullable=True),
    sa.Column('planned_days', sa.Integer(), nullable=False),
    sa.Column('planned_unit', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('requested_by', sa.Integer(), nullable=True),
    sa.Column('requested_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decision_note', sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=True),
    sa.Column('planned_end', sa.Date(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('closed_by', sa.Integer(), nullable=True),
    sa.Column('result', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
    sa.Column('notice_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind IN ('supplement', 'special', 'publicity', 'rectification', 'applicant_delay', 'higher_review', 'force_majeure')", name='ck_kind_known'),
    sa.CheckConstraint("planned_unit IN ('workday', 'natural')", name='ck_planned_unit_known'),
    sa.CheckConstraint("status IN ('requested', 'open', 'closed', 'refused', 'cancelled')", name='ck_status_known'),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id'], ),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], ),
    sa.ForeignKeyConstraint(['closed_by'], ['account.id'], ),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], ),
    sa.ForeignKeyConstraint(['evidence_upload_id'], ['upload.id'], ),
    sa.ForeignKeyConstraint(['notice_id'], ['notice.id'], ),
    sa.ForeignKeyConstraint(['requested_by'], ['account.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('pause_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pause_request_case_id'), ['case_id'], unique=False)

    op.add_column('opinion', sa.Column('basis', sa.String(500), nullable=False, server_default=''))
    op.add_column('assignment', sa.Column('added_late', sa.String(500), nullable=False, server_default=''))
    op.add_column('case', sa.Column('stage', sa.Integer(), nullable=False, server_default='4'))
    op.add_column('case', sa.Column('track', sa.String(20), nullable=False, server_default=''))
    op.create_index('ix_case_stage', 'case', ['stage'], unique=False)
    op.add_column('formsection', sa.Column('handed_in', sa.JSON().with_variant(
        postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=True))
    op.add_column('event', sa.Column('acting_for', sa.String(64), nullable=False, server_default=''))
    op.add_column('visitmember', sa.Column('acting_for', sa.String(64), nullable=False, server_default=''))
    json = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')
    op.add_column('account', sa.Column('notices', json, nullable=False, server_default='{}'))
    mail_to_outbox()
    for table, checks in NEW_CHECKS.items():
        with rebuilt(table, checks) as batch_op:
            if table in ('issueddocument', 'notice'):
                batch_op.alter_column('issued_by', existing_type=sa.INTEGER(), nullable=True)


def mail_to_outbox():
    """Every message that had anything to do with mail becomes an outbox row; what failed is the administrator's."""
    op.execute(
        'INSERT INTO outbox_message (notification_id, channel, status, daily, tries, next_try_at, last_error, sent_at)'
        " SELECT id, 'mail', CASE mail WHEN 'failed' THEN 'dead' ELSE mail END, false, mail_tries, at, '',"
        " CASE mail WHEN 'sent' THEN at END FROM notification WHERE mail <> 'none'"
    )
    with op.batch_alter_table('notification') as batch_op:
        batch_op.drop_constraint('ck_mail_known', type_='check')
        batch_op.drop_column('mail_tries')
        batch_op.drop_column('mail')


def outbox_to_mail():
    """The way back: the columns return with what the outbox knew of mail."""
    op.add_column('notification', sa.Column('mail', sa.String(), nullable=False, server_default='none'))
    op.add_column('notification', sa.Column('mail_tries', sa.Integer(), nullable=False, server_default='0'))
    of_it = "FROM outbox_message o WHERE o.notification_id = notification.id AND o.channel = 'mail'"
    op.execute(
        "UPDATE notification SET mail = (SELECT CASE o.status WHEN 'waiting' THEN 'waiting' WHEN 'sent' THEN 'sent'"
        f" ELSE 'failed' END {of_it}), mail_tries = (SELECT o.tries {of_it}) WHERE EXISTS (SELECT 1 {of_it})"
    )
    with op.batch_alter_table('notification') as batch_op:
        batch_op.create_check_constraint('ck_mail_known', "mail IN ('none', 'waiting', 'sent', 'failed')")


@contextmanager
def rebuilt(table, checks):
    """Alter a table and its CHECKs: SQLite copies it and forgets every CHECK, so all of them are given again."""
    if op.get_bind().dialect.name == 'sqlite':
        with op.batch_alter_table(table, recreate='always') as batch_op:
            for name, condition in checks.items():
                batch_op.create_check_constraint(name, condition)
            yield batch_op
        return
    with op.batch_alter_table(table) as batch_op:
        for name, condition in checks.items():
            batch_op.drop_constraint(name, type_='check')
            batch_op.create_check_constraint(name, condition)
        yield batch_op


def known(column, *values):
    """The CHECK of a column that holds one of these."""
    return {f'ck_{column}_known': f"{column} IN ({', '.join(repr(v) for v in values)})"}


NEW_CHECKS = {
    'post': known('role', 'clerk', 'officer', 'leader', 'coordinator', 'supervisor', 'admin'),
    'round': known('kind', 'documents', 'decision', 'site', 'reinspection')
    | known('status', 'open', 'done', 'deemed', 'void'),
    'notice': known('kind', 'precheck', 'supplement', 'rectification', 'visit', 'refusal', 'receipt', 'pause',
                    'extension', 'lapse', 'decision', 'supervision'),
    'issueddocument': known('status', 'valid', 'void'),
}
OLD_CHECKS = {
    'post': known('role', 'clerk', 'officer', 'coordinator', 'admin'),
    'round': known('kind', 'documents', 'site', 'reinspection') | known('status', 'open', 'done', 'deemed', 'void'),
    'notice': known('kind', 'precheck', 'supplement', 'rectification', 'visit', 'refusal', 'receipt'),
    'issueddocument': known('status', 'valid', 'void'),
}



def downgrade() -> None:
    for table, checks in OLD_CHECKS.items():
        with rebuilt(table, checks) as batch_op:
            if table in ('issueddocument', 'notice'):
                batch_op.alter_column('issued_by', existing_type=sa.INTEGER(), nullable=False)
    outbox_to_mail()
    op.drop_column('account', 'notices')
    op.drop_column('visitmember', 'acting_for')
    op.drop_column('event', 'acting_for')
    op.drop_column('formsection', 'handed_in')
    op.drop_index('ix_case_stage', 'case')
    op.drop_column('case', 'track')
    op.drop_column('case', 'stage')
    op.drop_column('assignment', 'added_late')
    op.drop_column('opinion', 'basis')
    with op.batch_alter_table('pause_request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pause_request_case_id'))

    op.drop_table('pause_request')
    with op.batch_alter_table('extension', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_extension_case_id'))

    op.drop_table('extension')
    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outbox_message_status'))
        batch_op.drop_index(batch_op.f('ix_outbox_message_notification_id'))

    op.drop_table('outbox_message')
    with op.batch_alter_table('consultation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_consultation_to_unit'))
        batch_op.drop_index(batch_op.f('ix_consultation_case_id'))
        batch_op.drop_index(batch_op.f('ix_consultation_assignment_id'))

    op.drop_table('consultation')
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_certificate_project_id'))
        batch_op.drop_index(batch_op.f('ix_certificate_number'))
        batch_op.drop_index(batch_op.f('ix_certificate_case_id'))

    op.drop_table('certificate')
    with op.batch_alter_table('card', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_card_unit'))
        batch_op.drop_index(batch_op.f('ix_card_case_id'))

    op.drop_table('sweep_mark')
    op.drop_table('card')
    with op.batch_alter_table('delegation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_delegation_post_id'))
        batch_op.drop_index(batch_op.f('ix_delegation_deputy_id'))

    op.drop_table('delegation')
    op.drop_table('reminder_sent')
