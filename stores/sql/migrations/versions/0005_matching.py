"""The register over time: when every state of an entity was known, and the states that hold no more (issue 5).

Revision: 0005, after 0004.
"""

import zlib
from array import array

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; what is there is known since 0, which means "before times were kept"."""
    op.add_column("register_snapshots", sa.Column("known_at", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("register_snapshots", sa.Column("finished", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("register_entities", sa.Column("known_from", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("register_entities", sa.Column("brought_no", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("register_entities", sa.Column("named_no", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "register_states",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_until", sa.BigInteger(), nullable=False),
        sa.Column("brought_no", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("snapshot_id", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", "known_from", name=op.f("pk_register_states")),
        sqlite_with_rowid=False,
    )
    _make_group_tables()
    _make_review_and_quality_tables()
    _make_licence_tables()
    _make_search_tables()


def _make_search_tables() -> None:
    """Names and grams in tables of their own; postings that sort by entity in the place of mere numbers."""
    op.create_table(
        "register_outlines",
        sa.Column(
            "entity_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("outline", sa.Text(), nullable=False),
        sa.Column("grams", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entity_no", name=op.f("pk_register_outlines")),
    )
    op.create_table(
        "register_postings",
        sa.Column("gram", sa.String(), nullable=False),
        sa.Column("block_no", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("gram", "block_no", name=op.f("pk_register_postings")),
        sqlite_with_rowid=False,
    )
    if op.get_context().dialect.name == "sqlite":  # elsewhere no version before this one was ever used
        _fill_register_index()
    op.drop_table("register_gram_blocks")


def _fill_register_index() -> None:
    op.execute(
        """INSERT INTO register_outlines (entity_no, code, name, outline, grams)
        SELECT entity_no, code, json_extract(body, '$.name'), '', char(31) || grams || char(31)
        FROM register_entities"""
    )
    _write_postings()


def _write_postings() -> None:
    """What `stores/sql/grams.py` wrote at the time, for the entities that are there; some 20,000 at a time."""
    connection, after = op.get_bind(), 0
    page = sa.text(
        "SELECT entity_no, code, grams FROM register_entities WHERE entity_no > :n ORDER BY entity_no LIMIT 20000"
    )
    add = sa.text("INSERT INTO register_postings (gram, block_no, entries) VALUES (:gram, :block_no, :entries)")
    while rows := connection.execute(page, {"n": after}).all():
        postings: dict[str, array[int]] = {}
        for number, code, grams in rows:
            own = set(grams.split("\x1f"))
            entry = min(len(own), 127) << 56 | (zlib.crc32(code.encode()) & 0xFFFFFF) << 32 | number
            for gram in own:
                postings.setdefault(gram, array("Q")).append(entry)
        block_no, after = rows[0].entity_no, rows[-1].entity_no
        connection.execute(
            add,
            [{"gram": gram, "block_no": block_no, "entries": own.tobytes()} for gram, own in sorted(postings.items())],
        )


def _make_group_tables() -> None:
    op.create_table(
        "shop_marks",
        sa.Column("shop_id", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("traits", sa.Text(), nullable=False),
        sa.Column("prints", sa.LargeBinary(), nullable=False),
        sa.Column("sentences", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_shop_marks")),
    )
    op.create_index(op.f("ix_shop_marks_version"), "shop_marks", ["version"], unique=False)
    op.create_table(
        "text_prints",
        sa.Column("print", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("holders", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("print", name=op.f("pk_text_prints")),
    )
    op.create_table(
        "group_rulings",
        sa.Column("ruling_id", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ruling_id", name=op.f("pk_group_rulings")),
    )


def _make_review_and_quality_tables() -> None:
    op.create_table(
        "recalibrations",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_recalibrations")),
    )
    op.create_table(
        "quality_tasks",
        sa.Column("problem_id", sa.String(), nullable=False),
        sa.Column("office_code", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("problem_id", name=op.f("pk_quality_tasks")),
    )
    op.create_index(op.f("ix_quality_tasks_office_code"), "quality_tasks", ["office_code"], unique=False)
    op.create_index(op.f("ix_quality_tasks_state"), "quality_tasks", ["state"], unique=False)


def _make_licence_tables() -> None:
    op.create_table(
        "licence_pictures",
        sa.Column("picture_id", sa.String(), nullable=False),
        sa.Column("shop_id", sa.String(), nullable=False),
        sa.Column("target_id", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("picture_id", name=op.f("pk_licence_pictures")),
    )
    op.create_index(op.f("ix_licence_pictures_shop_id"), "licence_pictures", ["shop_id"], unique=False)
    op.create_index(op.f("ix_licence_pictures_target_id"), "licence_pictures", ["target_id"], unique=False)
    op.create_table(
        "licence_readings",
        sa.Column("reading_id", sa.String(), nullable=False),
        sa.Column("image_sha256", sa.String(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reading_id", name=op.f("pk_licence_readings")),
    )
    op.create_index(op.f("ix_licence_readings_image_sha256"), "licence_readings", ["image_sha256"], unique=False)
