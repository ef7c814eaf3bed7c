"""Divisions and institutions: read by every officer of the territory, kept by the province."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from core.filing import service
from core.filing.api.blueprints import staff
from core.filing.schemas import CloseShape, DivisionShape, NewInstitutionShape, RenameShape
from core.foundation import clock
from core.foundation.access import officer
from core.foundation.shapes import Shape
from core.foundation.web import actor, paging


class DivisionOut(Shape):
    """A division; past `valid_until` its code is read as `successor`."""

    code = fields.String()
    parent = fields.String()
    name = fields.String()
    kind = fields.String()
    valid_from = fields.Date()
    valid_until = fields.Date()
    successor = fields.String()
    version = fields.Integer()


class InstitutionOut(Shape):
    """An institution that recognises or confirms."""

    code = fields.String()
    name = fields.String()
    level = fields.String()
    division = fields.String()
    kinds = fields.List(fields.String())
    telephone = fields.String()
    valid_from = fields.Date()
    valid_to = fields.Date()
    successor = fields.String()


@staff.route("/divisions", methods=["GET"])
@staff.response(200, DivisionOut(many=True))
@officer("institutions.view")
def divisions() -> Any:
    """Divisions of the territory by code, past ones too, a page at a time."""
    return service.divisions(actor().prefix, paging()).rows


@staff.route("/divisions", methods=["POST"])
@staff.arguments(DivisionShape(exclude=("id",)))
@staff.response(201, DivisionOut)
@officer("institutions.change")
def add_division(data: dict[str, Any]) -> Any:
    """Enter a division of the own province."""
    return service.add_division(actor(), service.NewDivision(**data), clock.now())


@staff.route("/divisions/<code>", methods=["GET"])
@staff.response(200, DivisionOut)
@officer("institutions.view")
def division(code: str) -> Any:
    """One division of the territory."""
    return service.division(code, actor().prefix)


@staff.route("/divisions/<code>/rename", methods=["POST"])
@staff.arguments(RenameShape(exclude=("id",)))
@staff.response(200, DivisionOut)
@officer("institutions.change")
def rename_division(data: dict[str, Any], code: str) -> Any:
    """Give it a new name."""
    return service.rename_division(actor(), code, data["name"], data["version"], clock.now())


@staff.route("/divisions/<code>/close", methods=["POST"])
@staff.arguments(CloseShape(exclude=("id",)))
@staff.response(200, DivisionOut)
@officer("institutions.change")
def close_division(data: dict[str, Any], code: str) -> Any:
    """Close it after its last day, with its successor."""
    return service.close_division(
        actor(), code, data["valid_until"], data["successor"], data["version"], clock.now()
    )  # fmt: skip


@staff.route("/institutions", methods=["GET"])
@staff.response(200, InstitutionOut(many=True))
@officer("institutions.view")
def institutions() -> Any:
    """Institutions of the territory by code, past ones too, a page at a time."""
    return service.listed_institutions(actor().prefix, paging()).rows


@staff.route("/institutions", methods=["POST"])
@staff.arguments(NewInstitutionShape(exclude=("id",)))
@staff.response(201, InstitutionOut)
@officer("institutions.change")
def add_institution(data: dict[str, Any]) -> Any:
    """Enter an institution of the own province."""
    return service.register_institution(actor(), data, clock.now())
