"""Hooks of mkdocs: the pages of docs/ are written for GitHub, and are to be right on the site too."""

from __future__ import annotations

import posixpath
import re
import shutil
from pathlib import Path
from typing import Any

FENCE = re.compile(r"^( *)(`{3,})(\w+) .*$", re.MULTILINE)
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)#:\s]+)(#[^)]*)?\)")


def on_config(config: Any) -> Any:
    """Takes the order of the pages from docs/README.md, and the repository's address from where it is stated."""
    section: list[Any] = []
    nav: list[Any] = [{"Home": "README.md"}]
    for line in (Path(config["docs_dir"]) / "README.md").read_text().splitlines():
        if title := re.match(r"## (.+)", line):
            section = []
            nav.append({title[1]: section})
        elif page := re.match(r"- \[(.+?)\]\((.+?)\)", line):
            section.append({page[1]: page[2]})
    config["nav"] = nav
    manifest = Path(config["config_file_path"]).with_name("Cargo.toml").read_text()
    stated = re.search(r'^repository = "(.*)"', manifest, re.MULTILINE)
    config["repo_url"] = stated.group(1) if stated and stated.group(1) else None
    return config


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Leaves out of a fence what only our tests read, and sends links that leave docs/ to the repository."""
    folder = posixpath.dirname(page.file.src_uri)

    def link(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, found[2]))
        if not target.startswith("../"):
            return found[0]
        if config["repo_url"] is None:
            return found[1]
        return f"[{found[1]}]({config['repo_url']}/blob/HEAD/{target[3:]}{found[3] or ''})"

    return LINK.sub(link, FENCE.sub(r"\1\2\3", markdown))


def on_post_build(config: Any) -> None:
    """Puts the pages beside the site as they were written, which llms.txt leads to."""
    docs = Path(config["docs_dir"])
    for page in docs.rglob("*.md"):
        shutil.copy(page, Path(config["site_dir"]) / page.relative_to(docs))
