#!/usr/bin/env bash
# A parser and linter from npm; the image itself needs a Docker daemon.
source "$(dirname "$0")/../lib.sh"
npx --yes --package=dockerfile-utils@0.16.3 -- dockerfile-utils lint Dockerfile
if docker info >/dev/null 2>&1; then
  docker build --quiet .
else
  echo '# no Docker daemon here: linted, not built'
fi
