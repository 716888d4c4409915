"""Work on site without network: permissions to sign, keys of gate codes, notes, and when something was done."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import jointreview.models.base

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

TIMED = ('visitmember', 'finding', 'opinion', 'signature')


def _moment(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, jointreview.models.base.UtcDateTime(timezone=True), nullable=nullable)


def _json(name: str) -> sa.Column:
    return sa.Column(name, sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False)


def upgrade() -> None:
    op.create_table(
        'sign_permit',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('device', sa.String(length=64), nullable=False),
        sa.Column('public_key', sa.String(length=200), nullable=False),
        _json('visits'),
        _moment('granted_at', nullable=False),
        _moment('expires_at', nullable=False),
        _moment('revoked_at'),
        sa.ForeignKeyConstraint(['account_id'], ['account.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_sign_permit_account_id', 'sign_permit', ['account_id'])
    op.create_table(
        'gate_key',
        sa.Column('visit_id', sa.Integer(), nullable=False),
        sa.Column('secret', sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(['visit_id'], ['visit.id']),
        sa.PrimaryKeyConstraint('visit_id'),
    )
    op.create_table(
        'site_note',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('case_id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('unit', sa.String(length=40), nullable=False),
        sa.Column('text', sa.String(length=4000), nullable=False),
        _json('photos'),
        _moment('client_time'),
        _moment('kept_at', nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id']),
        sa.ForeignKeyConstraint(['case_id'], ['case.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_site_note_case_id', 'site_note', ['case_id'])
    for table in TIMED:
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(_moment('client_time'))
            if table == 'visitmember':
                batch_op.add_column(sa.Column('proof', sa.String(length=10), nullable=False, server_default=''))
                batch_op.add_column(sa.Column('distance_m', sa.Float(), nullable=True))
            if table == 'signature':
                batch_op.add_column(sa.Column('permit_id', sa.Integer(), nullable=True))
                batch_op.create_foreign_key('fk_signature_permit_id', 'sign_permit', ['permit_id'], ['id'])


def downgrade() -> None:
    for table in TIMED:
        with op.batch_alter_table(table) as batch_op:
            if table == 'signature':
                batch_op.drop_constraint('fk_signature_permit_id', type_='foreignkey')
                batch_op.drop_column('permit_id')
            if table == 'visitmember':
                batch_op.drop_column('distance_m')
                batch_op.drop_column('proof')
            batch_op.drop_column('client_time')
    op.drop_index('ix_site_note_case_id', 'site_note')
    op.drop_table('site_note')
    op.drop_table('gate_key')
    op.drop_index('ix_sign_permit_account_id', 'sign_permit')
    op.drop_table('sign_permit')
