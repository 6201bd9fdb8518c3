"""Which files a request may name, and what is said of the others."""

import os

import pytest

from diffh2o_ros.geometry.intake import load_mesh
from diffh2o_ros.geometry.mesh import MeshError
from diffh2o_ros.nodes.mesh_resource import find_resource

MUG = "assets/mug.ply"


@pytest.fixture
def folders(tmp_path):
    """One folder that may be read from, and one beside it, with links and names to trip over."""
    allowed, secret = tmp_path / "meshes", tmp_path / "meshes_of_others"
    for folder in (allowed / "below", secret):
        folder.mkdir(parents=True)
    for file in (allowed / "a.ply", allowed / "below" / "b c.ply", secret / "s.ply"):
        file.write_text("ply")
    (allowed / "within.ply").symlink_to(allowed / "below" / "b c.ply")
    (allowed / "out.ply").symlink_to(secret / "s.ply")
    (allowed / "out").symlink_to(secret)
    (tmp_path / "link_to_meshes").symlink_to(allowed)
    return tmp_path


def test_a_file_of_an_installed_package():
    file = find_resource(f"package://diffh2o_ros/{MUG}")
    assert load_mesh(file).is_closed is not None
    assert find_resource("package://diffh2o_ros/assets/m%75g.ply") == file


@pytest.mark.parametrize("by", ["meshes", "link_to_meshes"])
@pytest.mark.parametrize(
    "name, file",
    [
        ("{}/a.ply", "a.ply"),
        ("file://{}/a.ply", "a.ply"),
        ("file://localhost{}/a.ply", "a.ply"),
        ("file://{}/below/b%20c.ply", "below/b c.ply"),
        ("{}/below/b c.ply", "below/b c.ply"),
        ("{}/below/../a.ply", "a.ply"),
        ("{}//a.ply", "a.ply"),
        ("{}/within.ply", "below/b c.ply"),
    ],
)
def test_files_in_folders_that_may_be_read(folders, by, name, file):
    found = find_resource(name.format(folders / by), ("", str(folders / by)))
    assert found == folders / "meshes" / file
    assert find_resource(name.format(folders / by), ("/",)) == found


@pytest.mark.parametrize(
    "name",
    [
        "{}/meshes/out.ply",
        "{}/meshes/out/s.ply",
        "{}/meshes/../meshes_of_others/s.ply",
        "{}/meshes_of_others/s.ply",
        "file://{}/meshes/%2e%2e/meshes_of_others/s.ply",
        "/etc/passwd",
        "{}/meshes",
        "file://elsewhere{}/meshes/a.ply",
        "meshes/a.ply",
        "a.ply",
        "~/a.ply",
        "http://{}/meshes/a.ply",
        "FTP://x",
        "://",
        "package://",
        "package:///a.ply",
        "package://diffh2o_ros",
        "package://diffh2o_ros/",
        "package://diffh2o_ros/../ament_index",
        "package://diffh2o_ros/%2e%2e/x.ply",
        "package://../diffh2o_ros/a.ply",
        "package://no_such_package/a.ply",
        "\0",
        "/a\0b",
        "/a\nb",
        "package://diffh2o_ros/a%00b",
        "file://{}/meshes/a%0a.ply",
        "file://" + "a/" * 5000,
    ],
)
def test_other_files_are_refused_in_one_line(folders, name, monkeypatch):
    monkeypatch.chdir(folders)
    with pytest.raises(MeshError) as caught:
        find_resource(name.format(folders), ("", str(folders / "meshes")))
    assert "\n" not in str(caught.value) and "mesh_resource" in str(caught.value)


def test_nothing_but_packages_may_be_read_unless_a_folder_says_so(folders, monkeypatch):
    monkeypatch.chdir(folders)  # "" is no name of this one
    for allowed in ((), ("",)):
        with pytest.raises(MeshError, match="mesh_folders"):
            find_resource(os.path.join(folders, "meshes", "a.ply"), allowed)
