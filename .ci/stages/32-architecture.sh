#!/usr/bin/env bash
# The arrows between the rooms, by the linter's own command line (npm test holds the other rules too).
source "$(dirname "$0")/../lib.sh"
use_pinned_node
depcruise --config .dependency-cruiser.json src
