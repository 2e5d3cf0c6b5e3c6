"""What the installed package is made of: maturin's list, where PEP 770 has such lists."""

import json
from importlib.metadata import files, version

[found] = [file for file in files("greenapi-partner") or [] if "sboms" in file.parts]
listed = json.loads(found.read_text())
assert listed["bomFormat"] == "CycloneDX"
assert listed["metadata"]["component"]["version"] == version("greenapi-partner")
made_of = {component["name"]: component["version"] for component in listed["components"]}
assert made_of["greenapi-partner"] == version("greenapi-partner")
assert made_of["reqwest"].split(".")[0].isdigit()
assert "proptest" not in made_of, "what only our tests need is not in the package"
