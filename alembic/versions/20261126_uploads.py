"""Files that arrive in parts, what the virus scanner said, and the locks of concluded cases."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import jointreview.models.base

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_TIME = jointreview.models.base.UtcDateTime(timezone=True)
_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')


def upgrade() -> None:
    op.create_table('upload_session',
    sa.Column('key', _TEXT(length=32), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('name', _TEXT(length=255), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('part_bytes', sa.Integer(), nullable=False),
    sa.Column('place', _TEXT(length=600), nullable=False),
    sa.Column('digest', _TEXT(length=64), nullable=False),
    sa.Column('state', _TEXT(length=20), nullable=False),
    sa.Column('problems', _JSON, nullable=False),
    sa.Column('upload_id', sa.Integer(), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('next_at', _TIME, nullable=True),
    sa.Column('created_at', _TIME, nullable=False),
    sa.Column('expires_at', _TIME, nullable=False),
    sa.CheckConstraint("state IN ('receiving', 'checking', 'done', 'refused')", name='ck_state_known'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ),
    sa.ForeignKeyConstraint(['upload_id'], ['upload.id'], ),
    sa.PrimaryKeyConstraint('key')
    )
    with op.batch_alter_table('upload_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_upload_session_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_upload_session_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_upload_session_state'), ['state'], unique=False)

    op.create_table('content_scan',
    sa.Column('digest', _TEXT(length=64), nullable=False),
    sa.Column('state', _TEXT(length=20), nullable=False),
    sa.Column('detail', _TEXT(length=200), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('next_at', _TIME, nullable=True),
    sa.Column('scanned_at', _TIME, nullable=True),
    sa.Column('created_at', _TIME, nullable=False),
    sa.CheckConstraint("state IN ('waiting', 'clean', 'infected', 'unscanned')", name='ck_state_known'),
    sa.PrimaryKeyConstraint('digest')
    )
    with op.batch_alter_table('content_scan', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_content_scan_state'), ['state'], unique=False)

    op.create_table('case_lock',
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('until', _TIME, nullable=False),
    sa.Column('contents', sa.Integer(), nullable=False),
    sa.Column('enforced', sa.Boolean(), nullable=False),
    sa.Column('locked_at', _TIME, nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], ),
    sa.PrimaryKeyConstraint('case_id')
    )
    # A file of exactly 2 GB does not fit 32 bits.
    with op.batch_alter_table('upload', schema=None) as batch_op:
        batch_op.alter_column('size', existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('upload', schema=None) as batch_op:
        batch_op.alter_column('size', existing_type=sa.BigInteger(), type_=sa.Integer(), existing_nullable=False)
    op.drop_table('case_lock')
    with op.batch_alter_table('content_scan', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_content_scan_state'))

    op.drop_table('content_scan')
    with op.batch_alter_table('upload_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_upload_session_state'))
        batch_op.drop_index(batch_op.f('ix_upload_session_expires_at'))
        batch_op.drop_index(batch_op.f('ix_upload_session_account_id'))

    op.drop_table('upload_session')
