"""Ships templates, static files and migrations inside the package, where the wheel's users find them.

Each folder of plugins/ is a distribution of its own. The core's wheel carries the template alone (province 00);
an editable install of the checkout declares them all, so that `make setup` is enough to work on any of them.
"""

import sys
from configparser import ConfigParser
from pathlib import Path

from setuptools import find_namespace_packages, setup

SHIPPED = ("templates", "static", "migrations")


def folders(root: str) -> list[str]:
    """Every folder below `root` that holds files, as dotted names."""
    return sorted(
        {
            str(path.parent).replace("/", ".")
            for path in Path(root).rglob("*")
            if path.is_file() and "__pycache__" not in str(path)
        }
    )


TEMPLATE = "plugins.province_template"  # with its tests: the scaffold copies all of it
editable = "editable_wheel" in sys.argv or "develop" in sys.argv


def provinces() -> list[str]:
    """The entry points that the folders of plugins/ declare in their own setup.cfg."""
    found = []
    for path in sorted(Path("plugins").glob("*/setup.cfg")):
        if editable or path.parent.name == "province_template":
            declared = ConfigParser()
            declared.read(path, encoding="utf-8")
            found += declared["options.entry_points"]["xingtan.provinces"].split("\n")
    return [line for line in found if line.strip()]


carried = ["plugins.*"] if editable else [TEMPLATE, f"{TEMPLATE}.*"]
packages = [
    *find_namespace_packages(include=["core", "core.*"], exclude=["*.__pycache__"]),
    *find_namespace_packages(include=carried, exclude=["*.__pycache__", f"{TEMPLATE}.build*"]),
]
package_dir = {"": "."}
for root in SHIPPED:
    for name in folders(root):
        packages.append(f"core.shipped.{name}")
        package_dir[f"core.shipped.{name}"] = name.replace(".", "/")

setup(
    packages=packages,
    package_dir=package_dir,
    package_data={"": ["*"]},
    include_package_data=False,
    entry_points={"console_scripts": ["xingtan = core.cli:main"], "xingtan.provinces": provinces()},
)
