"""YAML files that people write: read with line numbers, refused with the line and the reason."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)


class BadFile(ValueError):
    """A file that cannot be used; the text names the file, the line and the reason."""


class Lines(dict[Any, Any]):
    """A mapping of a YAML file that knows on which line it begins."""

    line = 0


def read_yaml(path: Path) -> Lines:
    """The file's top-level mapping; raises BadFile."""
    return yaml_of(path.read_text("utf-8"), path.name)


def yaml_of(text: str, name: str) -> Lines:
    """The top-level mapping of a text; raises BadFile, whose cause is the YAML error if any."""
    try:
        content = yaml.load(text, _Loader)
    except yaml.YAMLError as error:
        raise BadFile(f"{name}: not YAML: {error}") from error
    if not isinstance(content, Lines):
        raise BadFile(f"{name}: a mapping (key: value) is expected at the top")
    return content


def parsed(model: type[Model], content: Any, where: str) -> Model:
    """`content` as a model; raises BadFile that begins with `where` and names each field."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        reasons = "; ".join(
            f"{'.'.join(map(str, each['loc'])) or 'entry'}: {each['msg']}"
            for each in error.errors()
        )
        raise BadFile(f"{where}: {reasons}") from error


class _Loader(yaml.CSafeLoader):
    """A safe loader whose mappings know their lines and refuse a key written twice."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Lines:
    mapping = Lines(loader.construct_mapping(node, deep=True))
    mapping.line = node.start_mark.line + 1
    if len(mapping) < len(node.value):
        raise yaml.constructor.ConstructorError(
            None, None, "a key stands twice in this mapping", node.start_mark
        )
    return mapping


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
