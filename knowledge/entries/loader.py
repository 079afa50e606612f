"""Reads the knowledge entries that come with the product from YAML files.

A file has a `topic` and a list of `entries`; an entry has a `slug` beside the fields of
`EntryContent`, and may name a topic of its own.
"""

from collections.abc import Iterator
from pathlib import Path

from knowledge.entries.entry import EntryContent
from knowledge.yaml_file import BadFile, Lines, parsed, read_yaml

StarterEntry = tuple[str, EntryContent]


def load_entries(folder: Path) -> list[StarterEntry]:
    """All entries of `folder/*.yaml`; raises BadFile with file, line, slug and reason."""
    entries: list[StarterEntry] = []
    origin: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        for slug, content in _read(path):
            if slug in origin:
                raise BadFile(f"{path.name}: {slug}: the slug is already used in {origin[slug]}")
            origin[slug] = path.name
            entries.append((slug, content))
    return entries


def _read(path: Path) -> Iterator[StarterEntry]:
    content = read_yaml(path)
    listed = content.get("entries")
    if not isinstance(listed, list):
        raise BadFile(f"{path.name}: a list of `entries` is expected")
    for fields in listed:
        if not isinstance(fields, Lines) or not isinstance(fields.get("slug"), str):
            line = getattr(fields, "line", "?")
            raise BadFile(f"{path.name}:{line}: an entry needs a `slug`")
        slug = fields.pop("slug")
        fields.setdefault("topic", content.get("topic"))
        yield slug, parsed(EntryContent, fields, f"{path.name}:{fields.line}: {slug}")
