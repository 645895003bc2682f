"""What does a shelf hold? Files read strictly: a misspelt key, a duplicate or a wrong type is an error that names the file."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError


class Strict(BaseModel):
    """A shelf file's shape: nothing more than is named, nothing of another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


S = TypeVar("S", bound=Strict)


class BadShelf(ValueError):
    """A file on a shelf cannot be used; the sentence names it and what is wrong."""


class _NoDuplicates(yaml.SafeLoader):
    """YAML that refuses the same key twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if twice := {key for key in keys if keys.count(key) > 1}:
            raise BadShelf(f"these keys stand twice: {', '.join(sorted(map(str, twice)))}.")
        return super().construct_mapping(node, deep=deep)


def read_file(path: Path, shape: type[S]) -> S:
    """Read one file of a shelf, or say what is wrong with it."""
    try:
        found = yaml.load(path.read_text("utf-8"), Loader=_NoDuplicates)  # noqa: S506 - a safe loader's child
        return shape.model_validate(found)
    except (BadShelf, yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadShelf(f"{path.name}: {error}") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors())
        raise BadShelf(f"{path.name}: {faults}") from error


def read(folder: Path, shape: type[S], pattern: str = "*.yaml") -> dict[str, S]:
    """Read a whole shelf, by the name of each file without its ending."""
    return {path.name.removesuffix(".yaml"): read_file(path, shape) for path in sorted(folder.glob(pattern))}
