#!/usr/bin/env bash
# Builds the sdist, installs it with pip alone into an empty virtual environment without ROS, and has
# its command synthesize a motion and say what is there: what somebody gets who never sees this folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/environment.sh
forget_ros
python=$(base_python)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$python" -m venv "$folder/builder"
"$folder/builder/bin/python" -m pip install --no-input -qq build -c requirements/constraints.txt
"$folder/builder/bin/python" -m build --outdir "$folder/dist" . >"$folder/build.log" 2>&1 ||
  { tail -n 40 "$folder/build.log" >&2; exit 1; }

"$python" -m venv "$folder/empty"
"$folder/empty/bin/python" -m pip install --no-input -qq "$folder"/dist/*.tar.gz

cd "$folder"
for file in msg/Interaction.msg srv/Synthesize.srv action/Synthesize.action assets/mug.ply; do
  [ -f "empty/share/diffh2o_ros/$file" ] || { echo "share/diffh2o_ros/$file is missing" >&2; exit 1; }
done
empty/bin/diffh2o doctor
empty/bin/diffh2o synthesize --mesh empty/share/diffh2o_ros/assets/mug.ply \
  --task "pick up the mug with the right hand" --out mug.npz
empty/bin/python -W error - <<'PYTHON'
from diffh2o_ros import Interaction
interaction = Interaction.load("mug.npz")
assert list(interaction.hands) == ["right"] and interaction.quality["grasp_fingers"] >= 2
print(f"sdist: {interaction.num_frames} frames, {interaction.quality}")
PYTHON
