"""JSON and XML of GeoReport v2: the same plain values in the two forms that the standard names."""

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from xml.etree import ElementTree

from starlette.responses import Response

Value = str | int | float | bool | None | Sequence[str]
Item = Mapping[str, Value]


class Format(StrEnum):
    """What comes after the dot of an address."""

    JSON = "json"
    XML = "xml"


class Refusal(Exception):
    """Why a request is refused, in the words and with the status of the standard."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.description = description


def answer(
    form: Format, root: str, item: str, items: Sequence[Item], status: int = 200
) -> Response:
    """A list: in XML, `root` holds one `item` element each."""
    if form is Format.JSON:
        text = json.dumps([dict(each) for each in items], ensure_ascii=False)
        return _response(text.encode(), "application/json", status)
    top = ElementTree.Element(root)
    for each in items:
        _fill(ElementTree.SubElement(top, item), each)
    return _xml(top, status)


def definition(form: Format, service_code: str) -> Response:
    """A service without questions of its own: its definition has no attributes."""
    if form is Format.JSON:
        text = json.dumps({"service_code": service_code, "attributes": []}, ensure_ascii=False)
        return _response(text.encode(), "application/json", 200)
    top = ElementTree.Element("service_definition")
    _fill(top, {"service_code": service_code, "attributes": ""})
    return _xml(top, 200)


def refused(form: Format, refusal: Refusal) -> Response:
    """The standard's form of an error: a list of codes with descriptions."""
    error: Item = {"code": refusal.status, "description": refusal.description}
    return answer(form, "errors", "error", [error], refusal.status)


def _fill(element: ElementTree.Element, item: Item) -> None:
    for name, value in item.items():
        child = ElementTree.SubElement(element, name)
        if isinstance(value, bool):
            child.text = "true" if value else "false"
        elif isinstance(value, Sequence) and not isinstance(value, str):
            child.text = ", ".join(value)
        elif value is not None:
            # XML knows no control characters.
            child.text = "".join(c for c in str(value) if c >= " " or c in "\t\n\r")


def _xml(top: ElementTree.Element, status: int) -> Response:
    text = ElementTree.tostring(top, encoding="utf-8", xml_declaration=True)
    return _response(text, "text/xml", status)


def _response(content: bytes, mime: str, status: int) -> Response:
    # The standard is for apps in browsers of other places, too; reading needs no cookie.
    headers = {"Access-Control-Allow-Origin": "*"}
    return Response(content, status, headers, f"{mime}; charset=utf-8")
