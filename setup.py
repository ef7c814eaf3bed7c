"""Ships templates, static files and migrations inside the package, where the wheel's users find them."""

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


packages = find_namespace_packages(include=["core", "core.*", "plugins", "plugins.*"], exclude=["*.tests", "*.tests.*"])
package_dir = {"": "."}
for root in SHIPPED:
    for name in folders(root):
        packages.append(f"core.shipped.{name}")
        package_dir[f"core.shipped.{name}"] = name.replace(".", "/")

setup(packages=packages, package_dir=package_dir, package_data={"": ["*"]}, include_package_data=False)
