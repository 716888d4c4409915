"""Joint trips: cars, trips with stops and crews, offers of applicants, planning runs."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import jointreview.models.base

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('car',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plate', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('driver', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('driver_mobile', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('plate')
    )
    op.create_table('plan_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('seconds', sa.Integer(), nullable=False),
    sa.Column('question', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('progress', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('answer', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('stop_asked', sa.Boolean(), nullable=False),
    sa.Column('fault', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('asked_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('heard_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('ended_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('queued', 'running', 'done', 'adopted', 'dropped', 'failed')", name='ck_status_known'),
    sa.ForeignKeyConstraint(['asked_by'], ['account.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('plan_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_plan_run_status'), ['status'], unique=False)

    op.create_table('trip',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('car_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('half', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('kept', sa.Boolean(), nullable=False),
    sa.Column('back', sa.Integer(), nullable=False),
    sa.Column('km', sa.Float(), nullable=False),
    sa.Column('drive_minutes', sa.Integer(), nullable=False),
    sa.Column('lead_id', sa.Integer(), nullable=True),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column('planned_by', sa.Integer(), nullable=False),
    sa.Column('planned_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('confirmed_by', sa.Integer(), nullable=True),
    sa.Column('confirmed_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("half IN ('am', 'pm')", name='ck_half_known'),
    sa.CheckConstraint("status IN ('draft', 'confirmed', 'held', 'cancelled')", name='ck_status_known'),
    sa.ForeignKeyConstraint(['car_id'], ['car.id'], ),
    sa.ForeignKeyConstraint(['confirmed_by'], ['account.id'], ),
    sa.ForeignKeyConstraint(['lead_id'], ['account.id'], ),
    sa.ForeignKeyConstraint(['planned_by'], ['account.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('trip', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_trip_car_id'), ['car_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_trip_day'), ['day'], unique=False)
        batch_op.create_index(batch_op.f('ix_trip_status'), ['status'], unique=False)

    op.create_table('car_busy',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('car_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('half', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('trip_id', sa.Integer(), nullable=True),
    sa.Column('note', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
    sa.CheckConstraint("half IN ('am', 'pm')", name='ck_half_known'),
    sa.ForeignKeyConstraint(['car_id'], ['car.id'], ),
    sa.ForeignKeyConstraint(['trip_id'], ['trip.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('car_id', 'day', 'half')
    )
    with op.batch_alter_table('car_busy', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_car_busy_car_id'), ['car_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_car_busy_trip_id'), ['trip_id'], unique=False)

    op.create_table('trip_member',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.Column('unit', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('reply', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('replied_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.CheckConstraint("reply IN ('waiting', 'accepted', 'declined')", name='ck_reply_known'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ),
    sa.ForeignKeyConstraint(['trip_id'], ['trip.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('trip_id', 'unit')
    )
    with op.batch_alter_table('trip_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_trip_member_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_trip_member_trip_id'), ['trip_id'], unique=False)

    op.create_table('survey_offer',
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('half_days', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('lon', sa.Float(), nullable=True),
    sa.Column('lat', sa.Float(), nullable=True),
    sa.Column('note', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column('said_by', sa.Integer(), nullable=False),
    sa.Column('said_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], ),
    sa.ForeignKeyConstraint(['said_by'], ['account.id'], ),
    sa.PrimaryKeyConstraint('case_id')
    )
    op.create_table('trip_stop',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('trip_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('arrive', sa.Integer(), nullable=False),
    sa.Column('leave', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], ),
    sa.ForeignKeyConstraint(['trip_id'], ['trip.id'], ),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('trip_id', 'case_id')
    )
    with op.batch_alter_table('trip_stop', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_trip_stop_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_trip_stop_trip_id'), ['trip_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_trip_stop_visit_id'), ['visit_id'], unique=False)

    with op.batch_alter_table('busytime', schema=None) as batch_op:
        batch_op.add_column(sa.Column('trip_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_busytime_trip_id'), ['trip_id'], unique=False)
        batch_op.create_foreign_key('fk_busytime_trip', 'trip', ['trip_id'], ['id'])

    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.add_column(sa.Column('trip_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('position', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('arrive', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('leave', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_visit_trip_id'), ['trip_id'], unique=False)
        batch_op.create_foreign_key('fk_visit_trip', 'trip', ['trip_id'], ['id'])



def downgrade() -> None:
    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.drop_constraint('fk_visit_trip', type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_visit_trip_id'))
        batch_op.drop_column('leave')
        batch_op.drop_column('arrive')
        batch_op.drop_column('position')
        batch_op.drop_column('trip_id')

    with op.batch_alter_table('busytime', schema=None) as batch_op:
        batch_op.drop_constraint('fk_busytime_trip', type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_busytime_trip_id'))
        batch_op.drop_column('trip_id')

    with op.batch_alter_table('trip_stop', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_trip_stop_visit_id'))
        batch_op.drop_index(batch_op.f('ix_trip_stop_trip_id'))
        batch_op.drop_index(batch_op.f('ix_trip_stop_case_id'))

    op.drop_table('trip_stop')
    op.drop_table('survey_offer')
    with op.batch_alter_table('trip_member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_trip_member_trip_id'))
        batch_op.drop_index(batch_op.f('ix_trip_member_account_id'))

    op.drop_table('trip_member')
    with op.batch_alter_table('car_busy', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_car_busy_trip_id'))
        batch_op.drop_index(batch_op.f('ix_car_busy_car_id'))

    op.drop_table('car_busy')
    with op.batch_alter_table('trip', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_trip_status'))
        batch_op.drop_index(batch_op.f('ix_trip_day'))
        batch_op.drop_index(batch_op.f('ix_trip_car_id'))

    op.drop_table('trip')
    with op.batch_alter_table('plan_run', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_plan_run_status'))

    op.drop_table('plan_run')
    op.drop_table('car')
