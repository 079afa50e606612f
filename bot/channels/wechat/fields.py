"""Reads WeChat's XML into flat fields without trusting it (防XML攻击).

Nothing is built as a tree: fields are collected while the parser runs, so that neither nesting nor
entities can grow anything. Every DTD is refused.
"""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

# WeChat's own deepest field (SendPicsInfo) has five levels.
MAX_DEPTH = 8


class MalformedMessage(ValueError):
    """A body that is not a message of WeChat's: broken, hostile, or with wrong fields."""


def read_fields(body: bytes) -> dict[str, str]:
    """The texts of the root's direct children by name; deeper texts are left out.

    Raises `MalformedMessage` for XML that is broken, nested deeper than `MAX_DEPTH`, has a DTD, a
    root other than `xml`, or a field twice.
    """
    fields = _Fields()
    parser = DefusedXMLParser(target=fields, forbid_dtd=True)
    try:
        parser.feed(body)
        parser.close()
    except MalformedMessage:
        raise
    except DefusedXmlException as error:
        raise MalformedMessage("XML with a DTD") from error
    # expat raises LookupError or ValueError where it is told of an encoding it cannot use.
    except (ParseError, ValueError, LookupError) as error:
        raise MalformedMessage(f"broken XML: {error}") from error
    return fields.found


class _Fields:
    """The parser's target: keeps the second level, counts the others."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self._depth = 0
        self._name = ""
        self._texts: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise MalformedMessage("XML nested too deep")
        if self._depth == 1 and tag != "xml":
            raise MalformedMessage("XML of another kind")
        if self._depth == 2:
            if tag in self.found:
                raise MalformedMessage(f"field twice: {tag[:40]}")
            self._name, self._texts = tag, []

    def data(self, text: str) -> None:
        if self._depth == 2:
            self._texts.append(text)

    def end(self, tag: str) -> None:
        if self._depth == 2:
            self.found[self._name] = "".join(self._texts)
        self._depth -= 1

    def close(self) -> Any:
        return self.found
