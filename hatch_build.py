"""Tells hatchling what the wheel depends on: the packages of requirements.txt."""

from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface


class Dependencies(MetadataHookInterface):
    """See https://hatch.pypa.io/latest/plugins/metadata-hook/custom/."""

    def update(self, metadata: dict) -> None:
        lines = Path(self.root, "requirements.txt").read_text(encoding="utf-8").splitlines()
        # Lines such as -e . and -c constraints.txt are for pip alone.
        metadata["dependencies"] = [line.partition(" #")[0] for line in lines if line[:1].isalpha()]
