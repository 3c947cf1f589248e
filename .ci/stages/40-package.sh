#!/usr/bin/env bash
# The packed file, installed into an empty prefix under each Node that is promised.
source "$(dirname "$0")/../lib.sh"
readonly LIMIT_MB=20
use_pinned_node
work="$temp/package"
mkdir -p "$work"
tarball="$work/$(npm pack --silent --pack-destination "$work" | tail -n 1)"
passed=0
failed=0

check() {
  local what=$1
  shift
  if "$@" >"$work/check.log" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "# Node $major: $what failed"
    cat "$work/check.log"
  fi
}

is_version() { [[ $(aircall-sync --version) == aircall-sync/"$(node -p "require('$root/package.json').version")"* ]]; }
shows_help() {
  # In a condition `set -e` does not hold.
  aircall-sync --help >"$work/help.txt" && grep -q backfill "$work/help.txt" || return 1
  aircall-sync backfill --help >"$work/help.txt" && grep -q -- --since "$work/help.txt"
}
# A reader that leaves early, as `| head` does, is no error and no reason for a word.
bears_closed_pipe() {
  aircall-sync backfill --help 2>"$work/pipe.txt" | head -n 1
  cat "$work/pipe.txt"
  [[ ! -s $work/pipe.txt ]]
}
completes() {
  local shell
  for shell in bash zsh; do
    aircall-sync autocomplete script "$shell" >"$work/completion.txt" || return 1
    grep -q autocomplete "$work/completion.txt" || return 1
  done
  aircall-sync autocomplete --refresh-cache
}
size_kb() { du -sk "$prefix/lib/node_modules/aircall-sync" | cut -f 1; }
is_small() { (($(size_kb) < LIMIT_MB * 1024)); }
holds_no_sources() { ! tar -tzf "$tarball" | grep -E '/(src|test|fixtures|bench)/|\.env|\.tsx?$'; }

# From another folder, built there: the same sources give the same bytes, so anybody can check what was published.
is_reproducible() {
  local copy="$work/elsewhere"
  mkdir -p "$copy"
  git ls-files -z | xargs -0 cp --parents --target-directory="$copy" || return 1
  # Hard links where both are on one disk.
  cp -al node_modules "$copy/" 2>/dev/null || cp -a node_modules "$copy/" || return 1
  cmp "$tarball" "$copy/$(cd "$copy" && npm pack --silent | tail -n 1)"
}

own_path=$PATH
for major in 22 24 26; do
  # An empty prefix and an empty home: nothing of this machine or this checkout but npm itself.
  prefix="$work/prefix-$major"
  node_bin="$work/node-$major/node_modules/.bin"
  mkdir -p "$prefix" "$work/home-$major"
  npm install --silent --prefix "$work/node-$major" "node@$major"
  export PATH="$node_bin:/usr/local/bin:/usr/bin:/bin"
  npm install --silent --global --prefix "$prefix" "$tarball"
  export PATH="$prefix/bin:$node_bin:/usr/bin:/bin" HOME="$work/home-$major" TMPDIR="$work"
  cd "$HOME"
  echo "# Node $(node --version): $(size_kb) KB"
  check '--version' is_version
  check '--help' shows_help
  check 'completion' completes
  check 'a closed pipe' bears_closed_pipe
  check 'demo' aircall-sync demo --no-progress
  check "size below $LIMIT_MB MB" is_small
  cd "$root"
  export PATH=$own_path
done
major=any
check 'no sources and no secrets in the file' holds_no_sources
check 'the same bytes from another folder' is_reproducible
echo "$passed passed, $failed failed"
((failed == 0))
