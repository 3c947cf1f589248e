#!/usr/bin/env bash
# The bill of materials names every production package of the lock file, the same bytes each time.
source "$(dirname "$0")/../lib.sh"
use_pinned_node
npm run --silent sbom
cp dist-sbom/aircall-sync.cdx.json "$temp/first.cdx.json"
npm run --silent sbom
cmp dist-sbom/aircall-sync.cdx.json "$temp/first.cdx.json"
