"""What can be wrong with a model."""

from pathlib import Path


class ModelMissing(Exception):
    """There is no usable model in the directory; the message names the command that makes one."""

    def __init__(self, directory: Path, why: str = "no model is there") -> None:
        super().__init__(f"No usable model in {directory} ({why}). Make one with: flask classifier train")
        self.directory = directory
        self.why = why
