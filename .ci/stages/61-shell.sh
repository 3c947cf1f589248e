#!/usr/bin/env bash
source "$(dirname "$0")/../lib.sh"
need_packages shellcheck
shellcheck --external-sources --source-path=SCRIPTDIR .ci/run .ci/lib.sh .ci/stages/*.sh test/stages/*.sh
