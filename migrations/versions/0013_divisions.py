"""The tree of divisions: the provinces, and the divisions that institutions name already; leftovers of codes go."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "divisions"
down_revision = "printing"
branch_labels = None
depends_on = None

PROVINCES = (
    "11北京市 12天津市 13河北省 14山西省 15内蒙古自治区 21辽宁省 22吉林省 23黑龙江省 31上海市 "
    "32江苏省 33浙江省 34安徽省 35福建省 36江西省 37山东省 41河南省 42湖北省 43湖南省 44广东省 "
    "45广西壮族自治区 46海南省 50重庆市 51四川省 52贵州省 53云南省 54西藏自治区 61陕西省 62甘肃省 "
    "63青海省 64宁夏回族自治区 65新疆维吾尔自治区 66新疆生产建设兵团 "
)
KINDS = {2: "province", 4: "city", 6: "county"}


def upgrade() -> None:
    table = op.create_table(
        "division",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("parent", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=14), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("successor", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_division")),
    )
    op.create_index(op.f("ix_division_province_code_parent"), "division", ["province_code", "parent"])
    op.create_index(op.f("ix_filing_username"), "filing", ["username"])
    with op.batch_alter_table("one_time_code") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_one_time_code_issued_by"), type_="foreignkey")
        batch_op.drop_column("issued_by")
    op.bulk_insert(table, _rows())


def _rows() -> list[dict[str, object]]:
    """The provinces, and each division that an institution has, under the nearest that is there."""
    names = {item[:2]: item[2:] for item in "".join(PROVINCES).split()}
    said = sa.text("SELECT division, MAX(division_name) FROM institution GROUP BY division")
    for code, name in op.get_bind().execute(said):
        names.setdefault(code, name)
        names.setdefault(code[:2], code[:2])
    return [
        {
            "code": code,
            "province_code": code[:2],
            "parent": next((code[:n] for n in (4, 2) if n < len(code) and code[:n] in names), ""),
            "name": name,
            "kind": "corps_division" if code[:2] == "66" and len(code) == 4 else KINDS.get(len(code), "county"),
            "valid_from": None,
            "valid_until": None,
            "successor": "",
            "version": 1,
        }
        for code, name in names.items()
    ]


def downgrade() -> None:
    with op.batch_alter_table("one_time_code") as batch_op:
        batch_op.add_column(sa.Column("issued_by", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_one_time_code_issued_by"), "account", ["issued_by"], ["id"])
    op.drop_index(op.f("ix_filing_username"), table_name="filing")
    op.drop_index(op.f("ix_division_province_code_parent"), table_name="division")
    op.drop_table("division")
