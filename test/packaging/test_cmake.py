"""CMakeLists.txt with the forms that rosidl's Python generator has in the distributions."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import rosidl_generator_py

ROOT = Path(__file__).parents[2]
CMAKE = "share/rosidl_generator_py/cmake/rosidl_generator_py_generate_interfaces.cmake"
#: How the wheels' generator (and Humble's) and that of Jazzy and later link the headers they need.
PUBLIC = (
    "target_include_directories(${_target_name_lib} PUBLIC "
    "${Python3_INCLUDE_DIRS} ${Python3_NumPy_INCLUDE_DIRS})"
)
PRIVATE = "target_link_libraries(${_target_name_lib} PRIVATE Python3::NumPy)"


def prefix_of(package):
    """Where its distribution lies: the folder with lib and share."""
    name = package.__name__
    return next(p for p in Path(package.__file__).parents if (p / "share" / name).is_dir())


@pytest.fixture
def private_generator(tmp_path):
    """Prefix with the generator that is installed here, as Jazzy, Kilted and Rolling have it."""
    installed, prefix = prefix_of(rosidl_generator_py), tmp_path / "generator"
    shutil.copytree(installed / "share/rosidl_generator_py", prefix / "share/rosidl_generator_py")
    (prefix / "lib").symlink_to(installed / "lib")
    script = prefix / CMAKE
    script.write_text(script.read_text().replace(PUBLIC, PRIVATE))
    assert "NumPy" in script.read_text() and "PUBLIC ${Python3" not in script.read_text()
    return prefix


def test_configures_where_the_generator_exports_no_include_directories(private_generator, tmp_path):
    found = subprocess.run(
        [
            "cmake",
            "-S",
            ROOT,
            "-B",
            tmp_path / "build",
            f"-DPython3_EXECUTABLE={sys.executable}",
            f"-Drosidl_generator_py_DIR={(private_generator / CMAKE).parent}",
            "-DBUILD_TESTING=OFF",
        ],
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    assert "CMake Error" not in found.stderr and "NOTFOUND" not in found.stderr
