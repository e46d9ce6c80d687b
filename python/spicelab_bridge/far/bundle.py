"""The files that a worker process is made of, written once per host and content."""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
from pathlib import Path
from typing import TypedDict


class BundledFile(TypedDict):
    """A file of a bundle: where it belongs, and how many bytes of the bundle are its own."""

    path: str
    size: int


def unpack_bundle(bundle: str, files: list[BundledFile], packed: bytes) -> Path:
    """Write the files of a bundle unless they are there: gzip over their bytes; give their folder."""
    root = private_folder()
    folder = root / f"bundle-{bundle}"
    if folder.exists():
        return folder
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=root))
    content = gzip.decompress(packed)
    offset = 0
    for file in files:
        target = draft / file["path"]
        if not target.resolve().is_relative_to(draft.resolve()):
            raise ValueError(f"a bundle may not write to {file['path']}")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content[offset : offset + file["size"]])
        offset += file["size"]
    try:
        draft.rename(folder)
    except OSError:
        # another worker of this host was quicker
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def private_folder() -> Path:
    """Give a folder among the temporary ones that no other user can write into."""
    owner = os.getuid() if hasattr(os, "getuid") else None
    folder = Path(tempfile.gettempdir()) / f"spicelab-bundles-{'user' if owner is None else owner}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    trusted = folder.is_dir() and not folder.is_symlink()
    if owner is not None and (not trusted or found.st_uid != owner or found.st_mode & 0o022):
        return Path(tempfile.mkdtemp(prefix="spicelab-bundles-"))
    return folder
