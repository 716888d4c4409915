"""Gaps: the version, page and rectangle that a mark on a document pins."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('gap') as batch_op:
        batch_op.add_column(sa.Column('material_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('digest', sa.String(length=64), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('page_no', sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column('rect', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=True)
        )
        batch_op.create_foreign_key('fk_gap_material_id', 'material', ['material_id'], ['id'])


def downgrade() -> None:
    with op.batch_alter_table('gap') as batch_op:
        batch_op.drop_constraint('fk_gap_material_id', type_='foreignkey')
        batch_op.drop_column('rect')
        batch_op.drop_column('page_no')
        batch_op.drop_column('digest')
        batch_op.drop_column('material_id')
