"""How the package is built: imports point one way, and every file and function fits a page.

Only the text of the files is read; nothing of the package is imported.
"""

import ast
from collections import defaultdict
from functools import cache
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "diffh2o_ros"
FILES = sorted(PACKAGE.rglob("*.py"))

#: From the ground up: a room may import those of the rows above its own. What is a single file at
#: the top of the package (atomic.py, workers.py ...) is the ground that all rooms stand on.
ROWS = (
    ("geometry", "text", "diffusion"),
    ("hands",),
    ("motion",),
    ("models", "contact", "viz"),
    ("synthesis",),
    ("retargeting",),
    ("simulation",),
    ("evaluation", "export"),
    ("data",),
    ("training", "batch"),
    ("bench", "studio"),
    ("nodes", "cli"),
)
ROW_OF = {room: number for number, row in enumerate(ROWS) for room in row}
#: ROS 2 and what rosidl generates: known to nodes/ alone.
ROS = ("rclpy", "ament_index_python", "launch", "tf2_ros", "builtin_interfaces", "std_msgs")
ROS_ROOM = "nodes"

LONGEST_FUNCTION, LONGEST_FILE = 60, 300
#: Where an error of any kind is caught, and why.
BROAD_EXCEPTS = {
    "cli/__init__.py": "tells a user's fault from ours, which it raises again",
    "contact/kernels/compiled.py": "a cache file cut short raises anything there is",
    "geometry/formats/sniff.py": "damaged archives raise anything there is",
    "geometry/intake.py": "another library's arrays raise what they like",
    "geometry/mesh_like.py": "Open3D raises RuntimeError for what an empty mesh lacks",
    "nodes/engine.py": "loading may fail in every way; the node goes on",
    "nodes/requests.py": "every request is answered, a failed one with an error code",
    "nodes/synthesis_node.py": "a lifecycle transition that fails must not end the node",
    "nodes/worker.py": "what the work raises is raised where it is waited for",
    "studio/turns.py": "a fault of one request must not end the queue; it is printed",
    "synthesis/threads.py": "Ctrl-C ends the work, too; it is raised again",
}


@cache
def tree(path):
    return ast.parse(path.read_text("utf-8"))


def name_of(path):
    return str(path.relative_to(PACKAGE))


def module_of(path):
    """`geometry.mesh` of diffh2o_ros/geometry/mesh.py."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path, later):
    """Names of the modules that a file imports, and whether functions do so when they are called;
    what is only imported to check types is left out.

    Args:
        later: whether imports inside functions count.
    """

    def of(node):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                yield from (alias.name for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0, f"{name_of(path)}: a relative import"
                for alias in child.names:  # a module of a package, or a name of a module
                    inner = f"{child.module}.{alias.name}"
                    yield inner if inner.removeprefix("diffh2o_ros.") in MODULES else child.module
            elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) and not later:
                continue
            elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
                continue
            else:
                yield from of(child)

    return set(of(tree(path)))


def own_imports(path, later):
    """The modules of this package among them, without its name."""
    start = "diffh2o_ros."
    found = [name for name in imports(path, later) if name.startswith(start)]
    return {name.removeprefix(start) for name in found}


MODULES = {module_of(path): path for path in FILES}


def circles():
    """Modules that, through others, import themselves when they are imported: Tarjan's strongly
    connected components of more than one."""
    after = {m: own_imports(path, later=False) & set(MODULES) - {m} for m, path in MODULES.items()}
    index, low, stack, found = {}, {}, [], []

    def visit(module):
        index[module] = low[module] = len(index)
        stack.append(module)
        for other in sorted(after[module]):
            if other not in index:
                visit(other)
            if other in stack:
                low[module] = min(low[module], low[other])
        if low[module] == index[module]:
            at = stack.index(module)
            if len(stack) - at > 1:
                found.append(set(stack[at:]))
            del stack[at:]

    for module in sorted(MODULES):
        if module not in index:
            visit(module)
    return found


def test_no_module_imports_itself_through_others():
    assert circles() == []


def test_imports_point_one_way():
    wrong = []
    for path in FILES:
        room = path.relative_to(PACKAGE).parts[0]
        for module in own_imports(path, later=True) if room in ROW_OF else ():
            other = module.split(".")[0]
            if other in ROW_OF and other != room and ROW_OF[other] >= ROW_OF[room]:
                wrong.append(f"{name_of(path)} imports {module}")
    assert wrong == []


def test_what_all_rooms_stand_on_imports_none_of_them():
    for path in FILES:
        if path.parent == PACKAGE and path.stem not in ("__init__", "__main__"):
            rooms = {module.split(".")[0] for module in own_imports(path, later=True)}
            assert not rooms & set(ROW_OF), path.name


def test_every_room_has_its_row():
    rooms = {path.relative_to(PACKAGE).parts[0] for path in FILES if path.parent != PACKAGE}
    assert rooms <= set(ROW_OF)
    assert all(not set(a) & set(b) for a, b in pairwise(ROWS))


def test_ros_is_known_to_nodes_alone():
    for path in FILES:
        if path.relative_to(PACKAGE).parts[0] == ROS_ROOM:
            continue
        for name in imports(path, later=True):
            first = name.split(".")[0]
            generated = name.startswith(
                ("diffh2o_ros.msg", "diffh2o_ros.srv", "diffh2o_ros.action")
            )
            assert first not in ROS and not first.endswith("_msgs") and not generated, (
                f"{name_of(path)} imports {name}"
            )


def functions(path):
    """(name, lines without the docstring, whether it is compiled) of every function."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = node.end_lineno - node.lineno + 1
            if ast.get_docstring(node) is not None:
                lines -= node.body[0].end_lineno - node.body[0].lineno + 1
            decorators = {ast.unparse(decorator) for decorator in node.decorator_list}
            yield node.name, lines, bool(decorators & {"compiled", "njit"})


def test_functions_fit_a_page():
    long = {
        f"{name_of(path)} {name}"
        for path in FILES
        if "kernels" not in path.stem
        for name, lines, is_compiled in functions(path)
        if lines > LONGEST_FUNCTION and not is_compiled
    }
    assert long == set()


def test_files_are_of_one_idea():
    long = {name_of(p) for p in FILES if len(p.read_text("utf-8").splitlines()) > LONGEST_FILE}
    assert long == set()


def test_a_public_class_has_a_name_of_its_own():
    rooms = defaultdict(set)
    for path in FILES:
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                rooms[node.name].add(path.relative_to(PACKAGE).parts[0])
    assert {name for name, where in rooms.items() if len(where) > 1} == set()


def test_errors_of_any_kind_are_caught_only_where_there_is_a_reason():
    found = set()
    for path in FILES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ExceptHandler):
                caught = [] if node.type is None else ast.walk(node.type)
                names = {n.id for n in caught if isinstance(n, ast.Name)}
                if node.type is None or names & {"Exception", "BaseException"}:
                    found.add(name_of(path))
    assert found - set(BROAD_EXCEPTS) == set()
