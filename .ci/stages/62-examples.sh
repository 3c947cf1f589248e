#!/usr/bin/env bash
# Each example by the parser of the program that will read it.
source "$(dirname "$0")/../lib.sh"
passed=0
failed=0
check() {
  local what=$1
  shift
  if "$@" >"$temp/example.log" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "# $what failed"
    cat "$temp/example.log"
  fi
}

is_yaml() { npx --yes --package=yaml@2.9.1 -- yaml valid <"$1"; }
verify_units() {
  # systemd wants the program and the account to exist; both stand in for the real ones here.
  local units="$temp/units" name
  mkdir -p "$units"
  for name in service timer; do
    sed -e "s|^ExecStart=[^ ]*|ExecStart=$(command -v true)|" -e 's|^User=.*|User=root|' -e 's|^Group=.*|Group=root|' \
      "examples/systemd/aircall-sync.$name" >"$units/aircall-sync.$name"
  done
  systemd-analyze verify --man=no "$units/aircall-sync.service" "$units/aircall-sync.timer" 2>&1 | tee "$temp/units.log"
  ! grep -q "$units" "$temp/units.log"
}

need_packages systemd prometheus cron
for file in examples/kubernetes/*.yaml examples/github-actions.yml examples/prometheus/*.yml; do
  check "$file" is_yaml "$file"
done
check examples/prometheus/alerts.yml promtool check rules examples/prometheus/alerts.yml
check examples/systemd verify_units
check examples/crontab crontab -n examples/crontab
check examples/env.example bash -n examples/env.example
echo "$passed passed, $failed failed"
((failed == 0))
