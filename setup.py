"""Installs the plain-Python library and its command line, without ROS.

The ROS package (interfaces and node) is built by CMakeLists.txt; both hold the same Python.
"""

from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).parent


def names(*files: str) -> list[str]:
    """The packages that requirements files name; constraints.txt has the exact versions."""
    lines = [
        line for file in files for line in (ROOT / "requirements" / file).read_text().split("\n")
    ]
    return [line for line in lines if line and line[0] not in "#-"]


def shared(*folders: str) -> list[tuple[str, list[str]]]:
    """Files that lie where a ROS package has them: in share/diffh2o_ros."""
    return [
        (f"share/diffh2o_ros/{folder}", sorted(str(path) for path in Path(folder).iterdir()))
        for folder in folders
    ]


setup(
    name="diffh2o_ros",
    version="0.1.0",
    description="How two human hands would do a task with an object: MANO hand trajectories and "
    "object poses from a mesh and a sentence, by diffusion",
    long_description=(ROOT / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    license_files=["LICENSE"],
    python_requires=">=3.10",
    packages=find_packages(include=["diffh2o_ros", "diffh2o_ros.*"]),
    package_data={
        "diffh2o_ros": [
            *("**/*.json", "**/*.md", "**/*.np[yz]", "**/*.safetensors", "**/*.txt"),
            *("**/*.css", "**/*.html", "**/*.js"),
        ]
    },
    data_files=shared("action", "assets", "msg", "srv"),
    install_requires=names("runtime.txt", "fast.txt", "text.txt"),
    extras_require={
        "viz": names("viz.txt"),
        "data": names("data.txt"),
        "clip": names("clip.txt"),
        "mano": names("mano.txt"),
        "robot": names("robot.txt"),
        "export": names("export.txt"),
        "bag": names("bag.txt"),
        "studio": names("studio.txt"),
        "test": names("test.txt"),
    },
    entry_points={"console_scripts": ["diffh2o = diffh2o_ros.cli:main"]},
)
