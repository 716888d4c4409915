"""Who read which document of a case, and when."""

import sqlalchemy as sa
from alembic import op

import jointreview.models.base

revision = '0012'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'document_read',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('case_id', sa.Integer(), nullable=False),
        sa.Column('material_id', sa.Integer(), nullable=True),
        sa.Column('document_id', sa.Integer(), nullable=True),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('role', sa.String(length=20), nullable=False),
        sa.Column('unit', sa.String(length=40), nullable=False),
        sa.Column('acting_for', sa.String(length=64), nullable=False),
        sa.Column('way', sa.String(length=10), nullable=False),
        sa.Column('at', jointreview.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("way IN ('view', 'download')", name='ck_way_known'),
        sa.ForeignKeyConstraint(['account_id'], ['account.id']),
        sa.ForeignKeyConstraint(['case_id'], ['case.id']),
        sa.ForeignKeyConstraint(['document_id'], ['issueddocument.id']),
        sa.ForeignKeyConstraint(['material_id'], ['material.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_document_read_case_id', 'document_read', ['case_id'])
    op.create_index('ix_document_read_who', 'document_read', ['account_id', 'digest', 'at'])


def downgrade() -> None:
    op.drop_index('ix_document_read_who', 'document_read')
    op.drop_index('ix_document_read_case_id', 'document_read')
    op.drop_table('document_read')
