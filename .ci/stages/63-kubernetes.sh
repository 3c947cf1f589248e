#!/usr/bin/env bash
# The example of Kubernetes: rendered as `kubectl apply -k` would send it, and checked against the schemas of the API.
source "$(dirname "$0")/../lib.sh"
use_pinned_node
# Debian's kubectl is an old one (1.20). Where another is installed already, that one has to do: the example is for both.
command -v kubectl >/dev/null || need_packages kubernetes-client
work="$temp/kubernetes"
mkdir -p "$work"
npm install --silent --ignore-scripts --prefix "$work" kubernetes-models@5.1.0 yaml@2.9.1
cp .ci/support/kubernetes.js "$work/kubernetes.mjs"
# A new kubectl warns of the old one's words.
kubectl kustomize examples/kubernetes >"$work/rendered.yaml" 2>"$work/warnings.txt" || {
  cat "$work/warnings.txt"
  exit 1
}
node "$work/kubernetes.mjs" <"$work/rendered.yaml" | sed 's/^/# /'
cd "$work"
node "$root/node_modules/typescript/bin/tsc" --ignoreConfig --noEmit --strict --module nodenext --skipLibCheck objects.ts
