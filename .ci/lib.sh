# shellcheck shell=bash
# Sourced by the stages.
set -euo pipefail
root=${AIRCALL_SYNC_CI_ROOT:?run this through .ci/run}
temp=${AIRCALL_SYNC_CI_TEMP:?run this through .ci/run}
cd "$root"

# The one line of README.md that begins with these words: what a reader would type is what is run.
readme_command() {
  local found
  found=$(grep -E "^$1( |\$)" README.md | sort -u)
  if [[ -z $found || $(wc -l <<<"$found") -ne 1 ]]; then
    echo "README.md should hold exactly one line that begins with: $1" >&2
    return 1
  fi
  printf '%s\n' "$found"
}

# The repository's own programs, under the pinned Node.
use_pinned_node() {
  [[ -x node_modules/.bin/vitest ]] || npm ci
  export PATH="$root/node_modules/.bin:$PATH"
}

# Debian's packages, the lists fetched once a run; one stage at a time.
need_packages() {
  exec 9>"$temp/packages.lock"
  flock 9
  install_missing "$@"
  flock --unlock 9
}

install_missing() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  ((${#missing[@]} > 0)) || return 0
  local become=()
  [[ $(id -u) -eq 0 ]] || become=(sudo -n)
  if [[ ! -e $temp/lists-are-fresh ]]; then
    "${become[@]}" apt-get -qq update
    touch "$temp/lists-are-fresh"
  fi
  "${become[@]}" apt-get -qq install -y --no-install-recommends "${missing[@]}"
}

# One file of tests that needs more than `npm test` may ask of a machine; its own counts are the stage's.
run_stage_tests() {
  local stage=$1 status=0
  use_pinned_node
  AIRCALL_SYNC_STAGE=$stage AIRCALL_SYNC_TEST_JSON="$temp/$stage.json" \
    vitest run "test/stages/$stage.test.ts" || status=$?
  node .ci/count-tests.js "$temp/$stage.json" "$status"
}
