"""Whose turn it is, kept beside the lamp: the board narrows and counts by it in the database.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Derived rows: they are settled again at the first reading.
    op.execute("DELETE FROM case_place")
    op.add_column("case_place", sa.Column("turn", sa.String(length=20), nullable=False, server_default=""))
    op.add_column("case_place", sa.Column("since", sa.Date(), nullable=True))
    with op.batch_alter_table("case_place") as table:
        table.alter_column("turn", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("case_place") as table:
        table.drop_column("since")
        table.drop_column("turn")
