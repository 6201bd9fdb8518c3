"""Loads mutated mesh files, one after another, and says what went wrong: nothing should.

    python mutate_meshes.py FOLDER COUNT SEED [FILE ...]

Files in FOLDER are written over; mutated are FILEs, or files of every format written here.
"""

import faulthandler
import re
import sys
import time
from pathlib import Path

import numpy as np
from mesh_files import (
    ARROW,
    ARROW_FACES,
    QUADS,
    ascii_stl,
    binary_ply,
    binary_stl,
    dae,
    glb,
    gltf,
    moved,
    obj,
    ply,
)

from diffh2o_ros.geometry.intake import load_mesh
from diffh2o_ros.geometry.mesh import Mesh, MeshError

LONGEST, MOST_MEMORY = 5.0, 1 << 30
NUMBERS = [
    b"4000000000",
    b"-1",
    b"0",
    b"nan",
    b"inf",
    b"1e308",
    b"-1e-320",
    b"99999999999999999999999",
    b"9" * 5000,
    b"1_0",
    b"0x10",
    b"1,5",
    b"",
    b"-",
    b"#",
    b"\\",
    b"1/1",
    b"\0",
    b"65536",
    b"2147483648",
    b"18446744073709551615",
    b"true",
    b"[]",
    b"{}",
    b'"',
    b"3.5",
]
SEEDS = [
    ("a.obj", obj()),
    ("b.obj", obj().replace("f 1", "f -8").replace(" ", "\t")),
    ("c.obj", obj(ARROW, ARROW_FACES)),
    ("d.obj", re.sub(r"(f.*)", r"\1 \\\n", obj())),
    ("a.ply", ply()),
    ("b.ply", binary_ply()),
    ("c.ply", binary_ply(QUADS, ">", "i", "H")),
    ("d.ply", binary_ply([*QUADS[:5], (1, 5, 7), (1, 7, 3)])),
    ("e.ply", ply(ARROW_FACES, ARROW)),
    ("a.stl", ascii_stl()),
    ("b.stl", binary_stl()),
    ("c.stl", ascii_stl(faces=QUADS)),
    ("d.stl", ascii_stl() + ascii_stl("b", corners=moved((0.1, 0, 0)))),
    ("e.stl", binary_stl(b"solid") + binary_stl(corners=moved((0.1, 0, 0)))),
    ("a.glb", glb()),
    ("a.gltf", gltf()),
    (
        "b.gltf",
        gltf(
            nodes=[{"children": [1], "scale": [1, 2, 3]}, {"mesh": 0, "rotation": [0, 0, 0.6, 0.8]}]
        ),
    ),
    ("a.dae", dae()),
    (
        "b.dae",
        dae(
            "<unit meter='1'/><up_axis>Z_UP</up_axis>",
            node="<rotate>0 0 1 90</rotate><node><instance_geometry "
            "url='#box'/></node><instance_node url='#n'/>",
        ),
    ),
    ("a.txt", "v 1 2 3"),
    ("c.dae", "<html>"),
    ("b.glb", b"\x1f\x8b" + bytes(range(200))),
]


def mutated(data, rng):
    """A file with one to three things changed in it."""
    for _ in range(rng.integers(1, 4)):
        data = KINDS[rng.integers(len(KINDS))](bytearray(data), rng)
    return bytes(data)


def flip(data, rng):
    for at in rng.integers(0, max(len(data), 1), rng.integers(1, 6)):
        if data:
            data[at] ^= 1 << rng.integers(8)
    return data


def cut(data, rng):
    return data[: rng.integers(0, len(data) + 1)]


def cut_out(data, rng):
    start, end = sorted(rng.integers(0, len(data) + 1, 2))
    return data[:start] + data[end:] if end - start < 200 else data[: len(data) - 1]


def insert(data, rng):
    at = rng.integers(0, len(data) + 1)
    return data[:at] + rng.bytes(rng.integers(1, 40)) + data[at:]


def repeat(data, rng):
    start, end = sorted(rng.integers(0, len(data) + 1, 2))
    return data[:end] + data[start:]


def swap_lines(data, rng):
    lines = bytes(data).split(b"\n")
    a, b = rng.integers(0, len(lines), 2)
    lines[a], lines[b] = lines[b], lines[a]
    return bytearray(b"\n".join(lines))


def drop_line(data, rng):
    lines = bytes(data).split(b"\n")
    del lines[rng.integers(0, len(lines))]
    return bytearray(b"\n".join(lines))


def change_number(data, rng):
    found = list(re.finditer(rb"-?\d[\d.e+-]*", bytes(data)))
    if not found:
        return data
    # Half of the time one of the first: those of headers.
    at = found[rng.integers(0, len(found) if rng.random() < 0.5 else min(len(found), 4))]
    return data[: at.start()] + NUMBERS[rng.integers(len(NUMBERS))] + data[at.end() :]


def change_count(data, rng):
    """Four bytes become a large number, as in the headers of binary files."""
    at = [80, 8, 12, int(rng.integers(0, len(data) + 1))][rng.integers(4)]
    large = (4_000_000_000, 0xFFFFFFFF, 0x7FFFFFFF, 0, 1, 70_000)[rng.integers(6)]
    return data[:at] + large.to_bytes(4, "little") + data[at + 4 :]


def change_word(data, rng):
    found = list(re.finditer(rb"[A-Za-z_]{2,}", bytes(data)))
    if not found:
        return data
    at, other = (found[i] for i in rng.integers(0, len(found), 2))
    return data[: at.start()] + other[0] + data[at.end() :]


KINDS = (
    flip,
    cut,
    cut_out,
    insert,
    repeat,
    swap_lines,
    drop_line,
    change_number,
    change_number,
    change_count,
    change_word,
)


def main(folder, count, seed, *files):
    rng = np.random.default_rng(int(seed))
    seeds = [(Path(f).name, Path(f).read_bytes()) for f in files] or SEEDS
    faulthandler.dump_traceback_later(240, exit=True)  # says where it hangs
    read = 0
    for number in range(int(count)):
        name, content = seeds[number % len(seeds)]
        path = Path(folder, name)
        path.write_bytes(mutated(content if isinstance(content, bytes) else content.encode(), rng))
        began = time.monotonic()
        try:
            mesh = load_mesh(path, on_note=lambda line: one_line(line))
            assert isinstance(mesh, Mesh) and np.isfinite(mesh.vertices).all()
            read += 1
        except MeshError as error:
            one_line(str(error))
        assert time.monotonic() - began < LONGEST, name
    # Not getrusage's, which counts what the process was forked from.
    most = 1024 * int(re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[1])
    assert most < MOST_MEMORY, f"{most >> 20} MiB"
    print(f"{count} files, {read} read, {most >> 20} MiB")


def one_line(text):
    assert text.isprintable() and len(text) < 500, text


if __name__ == "__main__":
    main(*sys.argv[1:])
