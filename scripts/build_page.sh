#!/usr/bin/env bash
# Builds the script of exported pages from diffh2o_ros/export/page/src into built/, which is committed:
# nobody needs npm but who changes the sources.
set -euo pipefail
CDPATH= cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../diffh2o_ros/export/page"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -r src/. "$folder"
(cd "$folder" && npm install --silent --no-audit --no-fund --ignore-scripts)
(cd "$folder" && node node_modules/esbuild/bin/esbuild main.js --bundle --minify --target=es2022 \
  --charset=ascii --legal-comments=none --log-level=warning --outfile=page.js)
node "$folder/node_modules/esbuild/bin/esbuild" src/page.css --minify --log-level=warning --outfile="$folder/page.min.css"
# A script element ends where its text says so.
! grep -qi '</script\|<!--' "$folder/page.js"
cp "$folder/page.js" built/page.js
cp "$folder/page.min.css" built/page.css
{
  echo "The script of this page: its own part is Apache-2.0, as diffh2o_ros is. It contains three.js"
  echo "$(node -p "require('$folder/node_modules/three/package.json').version") (https://threejs.org), under this license:"
  echo
  cat "$folder/node_modules/three/LICENSE"
} >built/LICENSES.txt
ls -l built
