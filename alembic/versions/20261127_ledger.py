"""One chain over events, documents, materials and administrative acts; what is there already is sealed as it stands."""

import hashlib
import json
from datetime import UTC, date, datetime

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

from jointreview.models.base import UtcDateTime

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')
# As models/ledger.py had it at this revision: kind, table, the columns that never change.
SEALED = (
    ('event', 'event', (('case_id', None), ('seq', None), ('hash', None))),
    ('upload', 'upload', (('account_id', None), ('digest', None), ('size', None), ('created_at', UtcDateTime))),
    ('material', 'material', (('case_id', None), ('code', None), ('slot', None), ('version', None), ('upload_id', None),
                              ('added_by', None), ('added_at', UtcDateTime))),
    ('document', 'issueddocument', (('case_id', None), ('kind', None), ('number', None), ('title', None),
                                    ('version', None), ('digest', None), ('verify_code', None),
                                    ('issued_on', sa.Date), ('issued_by', None), ('issued_at', UtcDateTime))),
    ('audit', 'audit', (('at', UtcDateTime), ('account_id', None), ('action', None), ('subject', None),
                        ('details', JSON))),
)


def upgrade() -> None:
    ledger = op.create_table('ledger',
    sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('subject', sa.Integer(), nullable=False),
    sa.Column('content', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('previous_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.PrimaryKeyConstraint('seq')
    )
    with op.batch_alter_table('ledger', schema=None) as batch_op:
        batch_op.create_index('ix_ledger_subject', ['kind', 'subject'], unique=False)
    seq, previous = 0, ''
    for kind, name, columns in SEALED:
        table = sa.table(name, sa.column('id'), *[sa.column(c, t) if t else sa.column(c) for c, t in columns])
        entries = []
        for row in op.get_bind().execute(sa.select(table).order_by(table.c.id)).all():
            seq += 1
            said = json.dumps([kind, *map(_plain, row[1:])], ensure_ascii=False, sort_keys=True, default=str)
            content = hashlib.sha256(said.encode()).hexdigest()
            seal = hashlib.sha256(json.dumps([seq, kind, row[0], content, previous]).encode()).hexdigest()
            entries.append({'seq': seq, 'kind': kind, 'subject': row[0], 'content': content,
                            'previous_hash': previous, 'hash': seal})
            previous = seal
        if entries:
            op.bulk_insert(ledger, entries)


def _plain(value):
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def downgrade() -> None:
    with op.batch_alter_table('ledger', schema=None) as batch_op:
        batch_op.drop_index('ix_ledger_subject')
    op.drop_table('ledger')
