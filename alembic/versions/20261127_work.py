"""Who leads the jobs, and what each of them did last."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import jointreview.models.base

revision = '0018'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'lease',
        sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column('holder', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column('since', jointreview.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column('until', jointreview.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('name'),
    )
    op.create_table(
        'job_state',
        sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column('holder', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column('started_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column('ended_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column('seconds', sa.Float(), nullable=False),
        sa.Column('every', sa.Float(), nullable=False),
        sa.Column('runs', sa.Integer(), nullable=False),
        sa.Column('failures', sa.Integer(), nullable=False),
        sa.Column('failed_at', jointreview.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column('fault', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.PrimaryKeyConstraint('name'),
    )


def downgrade() -> None:
    op.drop_table('job_state')
    op.drop_table('lease')
