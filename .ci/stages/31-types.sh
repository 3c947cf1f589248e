#!/usr/bin/env bash
source "$(dirname "$0")/../lib.sh"
use_pinned_node
npm run types
