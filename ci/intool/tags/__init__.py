"""Tags of a release and of a registry, and which tags may be written. Pure."""

from ci.intool.tags.explain import explain
from ci.intool.tags.model import Existing, GitFacts, Skipped, Tag, Tags, TagUpdate
from ci.intool.tags.updates import tag_updates

__all__ = ["Existing", "GitFacts", "Skipped", "Tag", "TagUpdate", "Tags", "explain", "tag_updates"]
