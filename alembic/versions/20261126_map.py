"""The map: where cases lie and which lamp they show, and keys for programs that read it."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import jointreview.models.base

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('case_place',
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('lamp', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
    sa.Column('due', sa.Date(), nullable=True),
    sa.Column('town', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('parcel_id', sa.Integer(), nullable=True),
    sa.Column('x', sa.Integer(), nullable=True),
    sa.Column('y', sa.Integer(), nullable=True),
    sa.Column('west', sa.Float(), nullable=True),
    sa.Column('south', sa.Float(), nullable=True),
    sa.Column('east', sa.Float(), nullable=True),
    sa.Column('north', sa.Float(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], ),
    sa.ForeignKeyConstraint(['parcel_id'], ['parcel.id'], ),
    sa.PrimaryKeyConstraint('case_id')
    )
    with op.batch_alter_table('case_place', schema=None) as batch_op:
        batch_op.create_index('ix_case_place_box', ['west', 'south', 'east', 'north'], unique=False)

    op.create_table('access_token',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=True),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('digest', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('created_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('used_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('revoked', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('digest')
    )
    with op.batch_alter_table('access_token', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_access_token_account_id'), ['account_id'], unique=False)


def downgrade() -> None:
    op.drop_table('access_token')
    op.drop_table('case_place')
