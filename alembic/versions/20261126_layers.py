"""Layers of the map: layers, their versions with features, and their answers about parcels."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import jointreview.models.base

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('geo_layer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('name_zh', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('name_en', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('theme', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('units', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('hit_within_m', sa.Float(), nullable=False),
    sa.Column('near_m', sa.Float(), nullable=False),
    sa.Column('tiles', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.Column('made_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('retired_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('features', 'tiles')", name='ck_kind_known'),
    sa.CheckConstraint("theme IN ('red_line', 'yellow_line', 'blue_line', 'green_line', 'purple_line', 'ecological', 'farmland', 'civil_defence', 'heritage', 'pipeline', 'flood', 'airport', 'boundary', 'other')", name='ck_theme_known'),
    sa.ForeignKeyConstraint(['made_by'], ['account.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('code')
    )
    op.create_table('layer_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('layer_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('origin', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('effective_from', sa.Date(), nullable=False),
    sa.Column('effective_to', sa.Date(), nullable=True),
    sa.Column('source', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('licence', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('file_name', sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
    sa.Column('digest', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('crs', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('crs_found_by', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('name_field', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('repaired', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('notes', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('bbox', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('service', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('loaded_by', sa.Integer(), nullable=True),
    sa.Column('loaded_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('retired_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('retired_reason', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.CheckConstraint("origin IN ('file', 'service')", name='ck_origin_known'),
    sa.ForeignKeyConstraint(['layer_id'], ['geo_layer.id'], ),
    sa.ForeignKeyConstraint(['loaded_by'], ['account.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('layer_id', 'number')
    )
    with op.batch_alter_table('layer_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_layer_version_layer_id'), ['layer_id'], unique=False)

    op.create_table('layer_feature',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('min_lon', sa.Float(), nullable=False),
    sa.Column('min_lat', sa.Float(), nullable=False),
    sa.Column('max_lon', sa.Float(), nullable=False),
    sa.Column('max_lat', sa.Float(), nullable=False),
    sa.Column('wkb', sa.LargeBinary(), nullable=False),
    sa.Column('attributes', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['layer_version.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('layer_feature', schema=None) as batch_op:
        batch_op.create_index('ix_layer_feature_of', ['version_id', 'number'], unique=False)

    op.create_table('layer_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('parcel_id', sa.Integer(), nullable=False),
    sa.Column('parcel_digest', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('layer', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=True),
    sa.Column('layer_date', sa.Date(), nullable=True),
    sa.Column('answer', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('area_m2', sa.Float(), nullable=False),
    sa.Column('percent', sa.Float(), nullable=False),
    sa.Column('length_m', sa.Float(), nullable=False),
    sa.Column('distance_m', sa.Float(), nullable=True),
    sa.Column('features', sa.Integer(), nullable=False),
    sa.Column('names', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('reason', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('said_digest', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('asked_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('current', sa.Boolean(), nullable=False),
    sa.Column('replaced_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("answer IN ('hit', 'clear', 'not_answered')", name='ck_answer_known'),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], ),
    sa.ForeignKeyConstraint(['parcel_id'], ['parcel.id'], ),
    sa.ForeignKeyConstraint(['version_id'], ['layer_version.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('layer_answer', schema=None) as batch_op:
        batch_op.create_index('ix_layer_answer_now', ['case_id', 'current'], unique=False)
        batch_op.create_index(batch_op.f('ix_layer_answer_version_id'), ['version_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('layer_answer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_layer_answer_version_id'))
        batch_op.drop_index('ix_layer_answer_now')

    op.drop_table('layer_answer')
    with op.batch_alter_table('layer_feature', schema=None) as batch_op:
        batch_op.drop_index('ix_layer_feature_of')

    op.drop_table('layer_feature')
    with op.batch_alter_table('layer_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_layer_version_layer_id'))

    op.drop_table('layer_version')
    op.drop_table('geo_layer')
