#!/usr/bin/env bash
# Makes the networks in the package from nothing: builds their data set where it is absent,
# trains grasp stage, interaction stage and recognizer by their recipes, and copies the three
# checkpoints to OUT. Interrupted, the same command goes on where it was. Paths are relative to
# the repository.
#
#   scripts/train_shipped.sh [OUT]                     OUT: out/weights
#   DATA=out/small NUM=400 RUN=out/try RECIPE=tiny scripts/train_shipped.sh out/try/weights
#                                                      the same in minutes, to try it
#   FROM=diffh2o_ros/weights scripts/train_shipped.sh  trains these on instead of new ones
set -euo pipefail
CDPATH= cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
. scripts/environment.sh
fail() { printf 'train_shipped: %s\n' "$*" >&2; exit 1; }
[ -f .venv/.runtime ] || fail "not set up yet: run 'make setup' first"
enter_venv

out=${1:-out/weights} data=${DATA:-out/dataset} run=${RUN:-out/train} recipe=${RECIPE:-shipped}

if ! grep -Eq '"num_sequences": [1-9]' "$data/dataset.json" 2>/dev/null; then
  diffh2o dataset build --out "$data" --num "${NUM:-4800}"
fi

# train STAGE [launcher ...]: replaces the (sub)shell that calls it.
train() {
  local file=$run/$1.safetensors begin=()
  [ -z "${FROM:-}" ] || begin=(--from "$FROM/$1.safetensors")
  [ ! -f "$run/$1.state.safetensors" ] || begin=(--resume)
  exec "${@:2}" -m diffh2o_ros train "$1" --data "$data" --out "$file" --recipe "$recipe" "${begin[@]}"
}

mkdir -p "$run"
gpus=$(python -c 'import torch; print(torch.cuda.device_count())')
if [ "$gpus" -gt 0 ]; then
  # A power of two divides the batch.
  used=1
  while [ $((used * 2)) -le "$gpus" ]; do used=$((used * 2)); done
  launcher=(python)
  [ "$used" -gt 1 ] && launcher=(torchrun --standalone --nproc-per-node "$used")
  for stage in grasp interaction; do (train $stage "${launcher[@]}"); done
else
  # Side by side, each on half of the cores: a step has too little work for many.
  cores=$(nproc)
  export OMP_NUM_THREADS=$((cores > 1 ? cores / 2 : 1))
  echo "training on the CPU; progress: tail -f $run/grasp.log $run/interaction.log"
  pids=()
  trap 'kill "${pids[@]}" 2>/dev/null || true' EXIT
  for stage in grasp interaction; do
    train $stage python >"$run/$stage.log" 2>&1 &
    pids+=($!)
  done
  for _ in "${pids[@]}"; do
    wait -n || { tail -n 1 "$run/grasp.log" "$run/interaction.log" >&2; fail "a training stopped"; }
  done
  unset OMP_NUM_THREADS
fi

[ -f "$run/recognizer.safetensors" ] ||
  diffh2o train recognizer --data "$data" --out "$run/recognizer.safetensors"

mkdir -p "$out"
for network in grasp interaction recognizer; do cp "$run/$network.safetensors" "$out/"; done
diffh2o curves "$run/grasp.csv" "$run/interaction.csv" --out "$out/curves.png"
echo "grasp, interaction and recognizer are in $out: diffh2o synthesize --weights $out ..."
