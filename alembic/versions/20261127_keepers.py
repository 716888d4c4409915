"""Three keepers: the roles of security officer and auditor, posts that wait to be granted."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0012'
branch_labels = None
depends_on = None

BEFORE = "role IN ('clerk', 'officer', 'leader', 'coordinator', 'supervisor', 'admin')"
AFTER = "role IN ('clerk', 'officer', 'leader', 'coordinator', 'supervisor', 'admin', 'security', 'auditor')"


def upgrade() -> None:
    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.add_column(sa.Column('asked', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.drop_constraint('ck_role_known', type_='check')
        batch_op.create_check_constraint('ck_role_known', AFTER)
    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.alter_column('asked', server_default=None)


def downgrade() -> None:
    op.execute("DELETE FROM loginsession WHERE post_id IN (SELECT id FROM post WHERE role IN ('security', 'auditor'))")
    op.execute("DELETE FROM post WHERE role IN ('security', 'auditor')")
    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.drop_column('asked')
        batch_op.drop_constraint('ck_role_known', type_='check')
        batch_op.create_check_constraint('ck_role_known', BEFORE)
