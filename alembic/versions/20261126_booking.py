"""Booking of surveys: replies, leave, absence, failed visits, joint records, officers by area."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import jointreview.models.base

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

_TIME = jointreview.models.base.UtcDateTime(timezone=True)
_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')


def _text(length: int | None = None) -> sqlmodel.sql.sqltypes.AutoString:
    return sqlmodel.sql.sqltypes.AutoString(length=length) if length else sqlmodel.sql.sqltypes.AutoString()


def upgrade() -> None:
    op.create_table('survey_area',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', _text(40), nullable=False),
    sa.Column('towns', _JSON, nullable=False),
    sa.Column('polygon', _JSON, nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('name')
    )
    op.create_table('survey_area_officer',
    sa.Column('area_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['survey_area.id'], ),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ),
    sa.PrimaryKeyConstraint('area_id', 'account_id')
    )
    op.create_table('survey_leave',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('unit', _text(40), nullable=False),
    sa.Column('trip_id', sa.Integer(), nullable=True),
    sa.Column('visit_id', sa.Integer(), nullable=True),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('half', _text(), nullable=False),
    sa.Column('kind', _text(), nullable=False),
    sa.Column('reason', _text(300), nullable=False),
    sa.Column('status', _text(), nullable=False),
    sa.Column('asked_at', _TIME, nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', _TIME, nullable=True),
    sa.Column('note', _text(300), nullable=False),
    sa.Column('instead', _text(), nullable=False),
    sa.Column('substitute_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("half IN ('am', 'pm')", name='ck_half_known'),
    sa.CheckConstraint("kind IN ('duty', 'emergency')", name='ck_kind_known'),
    sa.CheckConstraint("status IN ('asked', 'approved', 'refused')", name='ck_status_known'),
    sa.CheckConstraint("instead IN ('', 'substitute', 'written')", name='ck_instead_known'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], ),
    sa.ForeignKeyConstraint(['substitute_id'], ['account.id'], ),
    sa.ForeignKeyConstraint(['trip_id'], ['trip.id'], ),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('survey_leave', schema=None) as batch_op:
        for column in ('account_id', 'unit', 'trip_id', 'visit_id', 'status'):
            batch_op.create_index(batch_op.f(f'ix_survey_leave_{column}'), [column], unique=False)

    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.add_column(sa.Column('cause', _text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('closed_at', _TIME, nullable=True))
        batch_op.add_column(sa.Column('acknowledged_by', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('acknowledged_at', _TIME, nullable=True))
        batch_op.add_column(sa.Column('record_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('merged_on', sa.Date(), nullable=True))
        batch_op.create_foreign_key('fk_visit_acknowledged_by', 'account', ['acknowledged_by'], ['id'])
        batch_op.create_foreign_key('fk_visit_record', 'issueddocument', ['record_id'], ['id'])
        batch_op.drop_constraint('ck_status_known', type_='check')
        batch_op.create_check_constraint(
            'ck_status_known', "status IN ('planned', 'held', 'failed', 'cancelled')"
        )
        batch_op.create_check_constraint(
            'ck_cause_known', "cause IN ('', 'applicant', 'weather', 'car', 'department', 'other')"
        )

    with op.batch_alter_table('visitmember', schema=None) as batch_op:
        batch_op.add_column(sa.Column('asked_at', _TIME, nullable=True))
        batch_op.add_column(sa.Column('reply', _text(), nullable=False, server_default='waiting'))
        batch_op.add_column(sa.Column('replied_at', _TIME, nullable=True))
        batch_op.add_column(sa.Column('reason', _text(300), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('treatment', _text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('treated_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('treatment_reason', _text(300), nullable=False, server_default=''))
        batch_op.drop_constraint('ck_attendance_known', type_='check')
        batch_op.create_check_constraint(
            'ck_attendance_known', "attendance IN ('expected', 'present', 'absent', 'excused')"
        )
        batch_op.create_check_constraint('ck_reply_known', "reply IN ('waiting', 'accepted', 'declined')")
        batch_op.create_check_constraint(
            'ck_treatment_known', "treatment IN ('', 'deemed', 'kept', 'reversed')"
        )

    with op.batch_alter_table('trip_member', schema=None) as batch_op:
        batch_op.add_column(sa.Column('asked_at', _TIME, nullable=True))

    with op.batch_alter_table('opinion', schema=None) as batch_op:
        batch_op.add_column(sa.Column('visit_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key('fk_opinion_visit', 'visit', ['visit_id'], ['id'])


def downgrade() -> None:
    with op.batch_alter_table('opinion', schema=None) as batch_op:
        batch_op.drop_constraint('fk_opinion_visit', type_='foreignkey')
        batch_op.drop_column('visit_id')

    with op.batch_alter_table('trip_member', schema=None) as batch_op:
        batch_op.drop_column('asked_at')

    op.execute("UPDATE visitmember SET attendance = 'absent' WHERE attendance = 'excused'")
    with op.batch_alter_table('visitmember', schema=None) as batch_op:
        for name in ('ck_treatment_known', 'ck_reply_known', 'ck_attendance_known'):
            batch_op.drop_constraint(name, type_='check')
        batch_op.create_check_constraint('ck_attendance_known', "attendance IN ('expected', 'present', 'absent')")
        for column in (
            *('treatment_reason', 'treated_on', 'treatment', 'reason', 'replied_at', 'reply', 'asked_at'),
        ):
            batch_op.drop_column(column)

    op.execute("UPDATE visit SET status = 'cancelled' WHERE status = 'failed'")
    with op.batch_alter_table('visit', schema=None) as batch_op:
        for name in ('ck_cause_known', 'ck_status_known'):
            batch_op.drop_constraint(name, type_='check')
        batch_op.create_check_constraint('ck_status_known', "status IN ('planned', 'held', 'cancelled')")
        batch_op.drop_constraint('fk_visit_record', type_='foreignkey')
        batch_op.drop_constraint('fk_visit_acknowledged_by', type_='foreignkey')
        for column in ('merged_on', 'record_id', 'acknowledged_at', 'acknowledged_by', 'closed_at', 'cause'):
            batch_op.drop_column(column)

    with op.batch_alter_table('survey_leave', schema=None) as batch_op:
        for column in ('status', 'visit_id', 'trip_id', 'unit', 'account_id'):
            batch_op.drop_index(batch_op.f(f'ix_survey_leave_{column}'))
    op.drop_table('survey_leave')
    op.drop_table('survey_area_officer')
    op.drop_table('survey_area')
