"""Reads communities from YAML files, one file each."""

from pathlib import Path

from knowledge.places.place import CommunityPlan
from knowledge.yaml_file import BadFile, parsed, read_yaml


def load_places(folder: Path) -> list[CommunityPlan]:
    """All communities of `folder/*.yaml`; raises BadFile with the file and the reason."""
    plans: dict[str, CommunityPlan] = {}
    for path in sorted(folder.glob("*.yaml")):
        plan = parsed(CommunityPlan, read_yaml(path), path.name)
        if plan.slug in plans:
            raise BadFile(f"{path.name}: the slug {plan.slug} is already used")
        plans[plan.slug] = plan
    return list(plans.values())
