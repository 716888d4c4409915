"""Where buildings may stand and do: outlines of the permitted site plan and of the as-built survey."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import jointreview.models.base

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('building_plan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('role', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('upload_id', sa.Integer(), nullable=False),
    sa.Column('digest', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('layer', sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
    sa.Column('crs', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('crs_name', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('crs_found_by', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('notes', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('current', sa.Boolean(), nullable=False),
    sa.Column('read_by', sa.Integer(), nullable=False),
    sa.Column('created_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('confirmed_by', sa.Integer(), nullable=True),
    sa.Column('confirmed_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("role IN ('permitted', 'as_built')", name='ck_role_known'),
    sa.ForeignKeyConstraint(['case_id'], ['case.id']),
    sa.ForeignKeyConstraint(['confirmed_by'], ['account.id']),
    sa.ForeignKeyConstraint(['read_by'], ['account.id']),
    sa.ForeignKeyConstraint(['upload_id'], ['upload.id']),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_building_plan_case_id'), 'building_plan', ['case_id'], unique=False)
    op.create_table('footprint',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
    sa.Column('number', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('serial', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('matched_by', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
    sa.Column('wkb', sa.LargeBinary(), nullable=False),
    sa.Column('area_plane_m2', sa.Float(), nullable=False),
    sa.Column('area_geodesic_m2', sa.Float(), nullable=False),
    sa.Column('facts', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['building_plan.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('plan_id', 'position')
    )
    op.create_index(op.f('ix_footprint_plan_id'), 'footprint', ['plan_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_footprint_plan_id'), table_name='footprint')
    op.drop_table('footprint')
    op.drop_index(op.f('ix_building_plan_case_id'), table_name='building_plan')
    op.drop_table('building_plan')
